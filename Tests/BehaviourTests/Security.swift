import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct Capabilities {
        /// Bits of a set in /proc/self/status.
        private static func bits(_ set: String) -> String { "grep ^\(set): /proc/self/status | cut -f2" }
        private static let netAdmin: UInt64 = 1 << 12
        private static let chown: UInt64 = 1 << 0
        private static let kill: UInt64 = 1 << 5

        private func set(_ pod: Pod, _ name: String, _ capabilities: Capability) async throws -> UInt64 {
            let text = try await pod.words(Self.bits("CapBnd"), name: name) {
                $0.security.capabilities = capabilities
            }
            return try #require(UInt64(text, radix: 16))
        }

        @Test("capabilities are added and dropped, by either spelling", arguments: Stage.all)
        func addAndDrop(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let plain = try await set(pod, "plain", Capability())
                    #expect(plain & Self.netAdmin == 0 && plain & Self.chown != 0)
                    let changed = try await set(
                        pod, "changed", Capability(addCapabilities: ["NET_ADMIN"], dropCapabilities: ["CAP_CHOWN"]))
                    #expect(changed == plain & ~Self.chown | Self.netAdmin)
                }
            }
        }

        @Test("ALL can be dropped but for some, and added but for some", arguments: Stage.all)
        func all(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let one = try await set(
                        pod, "one", Capability(addCapabilities: ["KILL"], dropCapabilities: ["ALL"]))
                    #expect(one == Self.kill)
                    let most = try await set(
                        pod, "most", Capability(addCapabilities: ["ALL"], dropCapabilities: ["KILL"]))
                    #expect(most & Self.kill == 0 && most & Self.netAdmin != 0)
                }
            }
        }

        @Test("ambient capabilities stay with a user that is not root", arguments: Stage.all)
        func ambient(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "Docker's API has no ambient capabilities; a pod that needs some is refused",
                .dockershim120: "the field came after 1.20 and is passed over",
            ]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let text = try await pod.words(Self.bits("CapEff")) {
                        $0.security.capabilities = Capability(
                            addCapabilities: ["NET_ADMIN"], addAmbientCapabilities: ["NET_ADMIN"])
                        $0.security.runAsUser = Int64Value(value: 1000)
                    }
                    #expect(UInt64(text, radix: 16) == Self.netAdmin)
                }
            }
        }

        @Test("what is no capability is refused", arguments: Stage.all)
        func unknown(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "refused, but with code UNKNOWN"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let failure = try await pod.refusal {
                        $0.security.capabilities = Capability(addCapabilities: ["NO_SUCH"])
                    }
                    #expect(failure?.code == .invalidArgument)
                    #expect(failure?.message.contains("NO_SUCH") == true)
                }
            }
        }
    }

    @Suite struct Privileges {
        @Test("a privileged container has the host's devices and a writable /sys", arguments: Stage.all)
        func privileged(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod(configure: { $0.linux?.securityContext?.privileged = true }) { pod in
                    let script = """
                        grep -c '^Seccomp:.0' /proc/self/status; grep ' /sys ' /proc/self/mountinfo | cut -d' ' -f6 | cut -c1-2
                        test -c /dev/kmsg && echo kmsg
                        grep ' /proc/sys ' /proc/self/mountinfo | wc -l
                        """
                    let words = try await pod.words(script) { $0.security.privileged = true }
                    #expect(words == "1\nrw\nkmsg\n0")
                }
            }
        }

        @Test("a privileged container needs a privileged sandbox", arguments: Stage.all)
        func privilegedInOrdinary(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "made a privileged container in any sandbox"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let failure = try await pod.refusal { $0.security.privileged = true }
                    #expect(failure?.code == .invalidArgument)
                }
            }
        }

        @Test("a read-only root is read only, and mounts in it are not", arguments: Stage.all)
        func readOnlyRoot(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    let words = try await pod.words(
                        "touch /file 2>/dev/null || echo refused; touch /data/f && echo done"
                    ) {
                        $0.security.readonlyRootfs = true
                        $0.mounts = [Mount(containerPath: "/data", hostPath: folder)]
                    }
                    #expect(words == "refused\ndone")
                }
            }
        }

        @Test("no new privileges are to be had when that is asked for", arguments: Stage.all)
        func noNewPrivileges(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script = "grep ^NoNewPrivs: /proc/self/status | cut -f2"
                    let answer = try await pod.words(script, name: "with") { $0.security.noNewPrivs = true }
                    #expect(answer == "1")
                    let without = try await pod.words(script, name: "without")
                    #expect(without == "0")
                }
            }
        }

        @Test("paths are masked and made read only as listed", arguments: Stage.all)
        func maskedPaths(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script = """
                        cat /etc/passwd | wc -c; ls /www | wc -l; touch /home/x 2>/dev/null || echo refused
                        """
                    let words = try await pod.words(script) {
                        $0.security.maskedPaths = ["/etc/passwd", "/www", "/no/such"]
                        $0.security.readonlyPaths = ["/home"]
                    }
                    #expect(words == "0\n0\nrefused")
                }
            }
        }

        @Test("no listed path means that none is masked, as an unmasked /proc needs", arguments: Stage.all)
        func unmasked(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "an empty list reached Docker as null, its default list"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let script = "grep -cE ' /proc/(kcore|sys|keys) ' /proc/self/mountinfo; true"
                    let count = try await pod.words(script)
                    #expect(count == "0")
                }
            }
        }
    }
}
