import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct Confinement {
        private static let mode = "grep ^Seccomp: /proc/self/status | cut -f2"
        private static let profile = """
            {"defaultAction": "SCMP_ACT_ALLOW",
             "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
            """

        @Test("the runtime's default profile filters, and lets ordinary programs be", arguments: Stage.all)
        func runtimeDefault(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script = Self.mode + "; unshare -U true 2>/dev/null || echo refused; mkdir /made && echo made"
                    let words = try await pod.words(script) {
                        $0.security.seccomp = SecurityProfile(profileType: .runtimeDefault)
                        $0.security.seccompProfilePath = ""
                    }
                    #expect(words == "2\nrefused\nmade")
                }
            }
        }

        @Test("the older field is understood where the typed one is not filled", arguments: Stage.all)
        func olderField(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "over v1 it reads the typed field alone"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words(Self.mode) { $0.security.seccompProfilePath = "runtime/default" }
                    #expect(words == "2")
                }
            }
        }

        @Test("unset and unconfined filter nothing", arguments: Stage.all)
        func unconfined(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    #expect(try await pod.words(Self.mode, name: "unset") == "0")
                    let words = try await pod.words(Self.mode, name: "unconfined") {
                        $0.security.seccomp = SecurityProfile(profileType: .unconfined)
                    }
                    #expect(words == "0")
                }
            }
        }

        @Test("a profile of this host is applied", arguments: Stage.all)
        func localhost(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                let file = try await kubelet.hostFolder() + "/profile.json"
                try await blocking { try Files.write(file, Array(Self.profile.utf8)) }
                try await kubelet.pod { pod in
                    let words = try await pod.words("mkdir /made 2>/dev/null || echo refused; touch /f && echo done") {
                        $0.security.seccomp = SecurityProfile(profileType: .localhost, localhostRef: file)
                        $0.security.seccompProfilePath = "localhost/" + file
                    }
                    #expect(words == "refused\ndone")
                }
            }
        }

        @Test("a profile that is missing, no document or named by a relative path is refused", arguments: Stage.all)
        func badProfiles(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "refused, but with code UNKNOWN"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                let folder = try await kubelet.hostFolder()
                try await blocking { try Files.write(folder + "/broken.json", Array("{".utf8)) }
                try await kubelet.pod { pod in
                    for file in [folder + "/missing.json", folder + "/broken.json", "relative.json", ""] {
                        let failure = try await pod.refusal {
                            $0.security.seccomp = SecurityProfile(profileType: .localhost, localhostRef: file)
                        }
                        #expect(failure?.code == .invalidArgument, "\(file)")
                    }
                }
            }
        }

        @Test("AppArmor: default and unconfined are fine on a host without it", arguments: Stage.all)
        func appArmor(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    for (number, type) in [SecurityProfileType.runtimeDefault, .unconfined].enumerated() {
                        let words = try await pod.words("echo runs", name: "typed-\(number)") {
                            $0.security.apparmor = SecurityProfile(profileType: type)
                        }
                        #expect(words == "runs")
                    }
                    for (number, name) in ["runtime/default", "unconfined", ""].enumerated() {
                        let words = try await pod.words("echo runs", name: "named-\(number)") {
                            $0.security.apparmorProfile = name
                        }
                        #expect(words == "runs")
                    }
                }
            }
        }

        @Test(
            "AppArmor: a named profile is refused on a host without it",
            .enabled(if: !Files.exists("/sys/module/apparmor/parameters/enabled")), arguments: Stage.all)
        func missingAppArmor(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker passes over a profile on a host without AppArmor"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let typed = try await pod.refusal {
                        $0.security.apparmor = SecurityProfile(profileType: .localhost, localhostRef: "own-profile")
                    }
                    #expect(typed?.code == .unimplemented)
                    #expect(typed?.message.contains("own-profile") == true)
                    let named = try await pod.refusal { $0.security.apparmorProfile = "localhost/own-profile" }
                    #expect(named?.code == .unimplemented)
                }
            }
        }
    }
}
