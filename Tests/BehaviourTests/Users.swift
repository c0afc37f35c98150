import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct Users {
        private static let old: [Stage: String] = [.dockershim120: "the field came after 1.20 and is passed over"]
        private static let codes: [Stage: String] = [.dockershim120: "refused, but with code UNKNOWN"]
        private static let ids = "echo $(id -u) $(id -g) $(id -G | tr ' ' '\\n' | sort -n | uniq)"

        @Test("a user is taken by number, by number and group, and by name", arguments: Stage.all)
        func user(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let number = try await pod.words(Self.ids, name: "number") {
                        $0.security.runAsUser = Int64Value(value: 4711)
                    }
                    // A number without an entry has group 0.
                    #expect(number == "4711 0 0")
                    let group = try await pod.words(Self.ids, name: "group") {
                        $0.security.runAsUser = Int64Value(value: 4711)
                        $0.security.runAsGroup = Int64Value(value: 4712)
                    }
                    #expect(group == "4711 4712 4712")
                    let name = try await pod.words(Self.ids + "; echo $HOME", name: "name") {
                        $0.security.runAsUsername = "daemon"
                    }
                    #expect(name == "1 1 1\n/usr/sbin")
                }
            }
        }

        @Test("a user or group that cannot be is refused", arguments: Stage.all)
        func refused(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.codes) { kubelet in
                try await kubelet.pod { pod in
                    let group = try await pod.refusal { $0.security.runAsGroup = Int64Value(value: 5) }
                    #expect(group?.code == .invalidArgument)
                    let name = try await pod.refusal { $0.security.runAsUsername = "nosuchuser" }
                    #expect(name?.code == .invalidArgument)
                    #expect(name?.message.contains("nosuchuser") == true)
                    let negative = try await pod.refusal { $0.security.runAsUser = Int64Value(value: -1) }
                    #expect(negative?.code == .invalidArgument)
                    let large = try await pod.refusal { $0.security.runAsUser = Int64Value(value: 1 << 32) }
                    #expect(large?.code == .invalidArgument)
                    let supplemental = try await pod.refusal { $0.security.supplementalGroups = [-7] }
                    #expect(supplemental?.code == .invalidArgument)
                }
            }
        }

        @Test("supplemental groups are added to those of the image", arguments: Stage.all)
        func merge(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    // The image's group file has nobody in group 100.
                    let words = try await pod.words(Self.ids) {
                        $0.security.runAsUser = Int64Value(value: 65534)
                        $0.security.supplementalGroups = [3001, 3002]
                    }
                    #expect(words == "65534 65534 100 3001 3002 65534")
                }
            }
        }

        @Test("the image's groups are there beside a group that was given, too", arguments: Stage.all)
        func mergeBesideGroup(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker leaves the image's groups out when one is given"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words(Self.ids) {
                        $0.security.runAsUser = Int64Value(value: 65534)
                        $0.security.runAsGroup = Int64Value(value: 3000)
                        $0.security.supplementalGroups = [3001]
                    }
                    #expect(words == "65534 3000 100 3000 3001")
                }
            }
        }

        @Test("the policy Strict leaves the image's groups out", arguments: Stage.all)
        func strict(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let alone = try await pod.words(Self.ids, name: "alone") {
                        $0.security.runAsUsername = "nobody"
                        $0.security.supplementalGroups = [3001]
                        $0.security.supplementalGroupsPolicy = .strict
                    }
                    #expect(alone == "65534 65534 3001 65534")
                    let group = try await pod.words(Self.ids, name: "group") {
                        $0.security.runAsUser = Int64Value(value: 65534)
                        $0.security.runAsGroup = Int64Value(value: 3000)
                        $0.security.supplementalGroupsPolicy = .strict
                    }
                    #expect(group == "65534 3000 3000")
                }
            }
        }

        @Test("a status tells the user and all groups", arguments: Stage.all)
        func told(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the field came after 1.20"]
            try await stage.check("ContainerStatus", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.security.runAsUsername = "nobody"
                        $0.security.supplementalGroups = [3001]
                    }
                    let user = try #require(try await pod.status(id).user?.linux)
                    #expect(user.uid == 65534 && user.gid == 65534)
                    #expect(user.supplementalGroups == [65534, 100, 3001])
                    let root = try await pod.start("sleep 1000", name: "root")
                    #expect(
                        try await pod.status(root).user?.linux
                            == LinuxContainerUser(uid: 0, gid: 0, supplementalGroups: [0]))
                }
            }
        }

        @Test("a command that is run later has the same groups", arguments: Stage.all)
        func exec(_ stage: Stage) async throws {
            try await stage.check("ExecSync") { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.security.runAsUser = Int64Value(value: 65534)
                        $0.security.supplementalGroups = [3001]
                    }
                    #expect(try await pod.said(id, Self.ids) == "65534 65534 100 3001 65534")
                }
            }
        }
    }
}
