import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    /// What the sandbox's own process may do, and where its cgroup is.
    @Suite struct SandboxSecurity {
        private static func secure(
            _ config: inout PodSandboxConfig, _ change: (inout LinuxSandboxSecurityContext) -> Void
        ) {
            if var security = config.linux?.securityContext {
                change(&security)
                config.linux?.securityContext = security
            }
        }

        private func refusal(_ kubelet: Kubelet, _ change: (inout PodSandboxConfig) -> Void) async -> GRPCStatus.Code? {
            var config = kubelet.podConfiguration()
            change(&config)
            let wanted = config
            return await kubelet.failure { () async throws(GRPCStatus) in
                try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: wanted))
            }?.code
        }

        @Test("the sandbox's process has the user and groups that were asked for", arguments: Stage.all)
        func user(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod {
                    Self.secure(&$0) {
                        $0.runAsUser = Int64Value(value: 1234)
                        $0.runAsGroup = Int64Value(value: 2345)
                        $0.supplementalGroups = [3000, 4000]
                    }
                } _: { pod in
                    let holder = try await pod.holder
                    #expect(try await kubelet.fact("Uid", of: holder) == "1234 1234 1234 1234")
                    #expect(try await kubelet.fact("Gid", of: holder) == "2345 2345 2345 2345")
                    let groups = try await kubelet.fact("Groups", of: holder).split(separator: " ")
                    #expect(Set(groups).isSuperset(of: ["3000", "4000"]))
                    #expect(try await kubelet.fact("NoNewPrivs", of: holder) == "1")
                }
            }
        }

        @Test("a group without a user, and ids that are none, are refused", arguments: Stage.all)
        func badUser(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                #expect(
                    await refusal(kubelet) { Self.secure(&$0) { $0.runAsGroup = Int64Value(value: 5) } }
                        == .invalidArgument)
                #expect(
                    await refusal(kubelet) { Self.secure(&$0) { $0.supplementalGroups = [-1] } } == .invalidArgument)
                #expect(
                    await refusal(kubelet) { Self.secure(&$0) { $0.runAsUser = Int64Value(value: -7) } }
                        == .invalidArgument)
            }
        }

        @Test("a read-only root file system", arguments: Stage.all)
        func readOnly(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                for readOnly in [true, false] {
                    try await kubelet.pod {
                        Self.secure(&$0) { $0.readonlyRootfs = readOnly }
                    } _: { pod in
                        let holder = try await pod.holder
                        let mounts = try await blocking {
                            String(decoding: try Files.read("/proc/\(holder)/mountinfo"), as: UTF8.self)
                        }
                        let root = mounts.split(separator: "\n").map { $0.split(separator: " ") }
                            .first { $0.count > 5 && $0[4] == "/" }
                        #expect(root?[5].split(separator: ",").contains(readOnly ? "ro" : "rw") == true)
                    }
                }
            }
        }

        @Test("the sandbox's seccomp profile is the one asked for", arguments: Stage.all)
        func seccomp(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the profile is not sent: always Docker's own"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let profile = try await Self.profile(in: kubelet.folder)
                let cases: [(SecurityProfile, String)] = [
                    (SecurityProfile(profileType: .runtimeDefault), "2"),
                    (SecurityProfile(profileType: .unconfined), "0"),
                    (SecurityProfile(profileType: .localhost, localhostRef: profile), "2"),
                ]
                for (wanted, mode) in cases {
                    #expect(try await self.mode(of: wanted, kubelet) == mode)
                }
                let relative = SecurityProfile(profileType: .localhost, localhostRef: "relative.json")
                let code = await refusal(kubelet) { Self.secure(&$0) { $0.seccomp = relative } }
                #expect(code == .invalidArgument)
            }
        }

        /// A filter that lets everything but `mkdir` pass.
        private static func profile(in folder: String) async throws -> String {
            let path = "\(folder)/\(Kubelet.uniqueName("profile")).json"
            let text =
                #"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO"}]}"#
            try await blocking {
                try Files.makeFolders(folder)
                try Files.write(path, Array(text.utf8))
            }
            return path
        }

        /// `Seccomp` of a sandbox's process: 0 none, 2 a filter.
        private func mode(of profile: SecurityProfile, _ kubelet: Kubelet) async throws -> String {
            try await kubelet.pod {
                Self.secure(&$0) { $0.seccomp = profile }
            } _: { pod in
                try await kubelet.fact("Seccomp", of: pod.holder)
            }
        }

        @Test("a privileged sandbox lets its containers be privileged", arguments: Stage.all)
        func privileged(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod {
                    Self.secure(&$0) { $0.privileged = true }
                } _: { pod in
                    let (_, output) = try await pod.run("mkdir /here && mount -t tmpfs none /here && echo mounted") {
                        $0.linux?.securityContext?.privileged = true
                    }
                    #expect(output == "mounted\n")
                }
            }
        }

        @Test("pods are in the cgroup parent they name, their containers too", arguments: Stage.all)
        func cgroupParent(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod { pod in
                    let parent = try #require(pod.config.linux?.cgroupParent)
                    let container = try await pod.start("exec sleep 1000")
                    let ids = [pod.id, container]
                    for id in ids {
                        let pid = try #require(try await kubelet.processes(of: id).first)
                        #expect(try await cgroups(of: pid).contains("\(parent)/\(id)"))
                    }
                }
            }
        }

        @Test("a systemd slice is the folders that systemd would give it", arguments: Stage.all)
        func slice(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let number = Kubelet.uniqueName("x").filter(\.isNumber) + stage.folderName.filter(\.isLetter)
                let names = try await kubelet.pod {
                    $0.linux?.cgroupParent = "oxbow\(number)-burstable-pod1.slice"
                } _: { pod in
                    let top = "/oxbow\(number)"
                    let paths = try await cgroups(of: pod.holder)
                    #expect(
                        paths.contains("\(top).slice\(top)-burstable.slice\(top)-burstable-pod1.slice/\(pod.id)"))
                    return ["oxbow\(number)"]
                }
                #expect(try await kubelet.remains(of: names).filter { $0.hasPrefix("cgroup") } == [])
            }
        }

        @Test("a cgroup parent that leads out of the tree is refused", arguments: Stage.all)
        func badParent(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                for parent in ["/../..", "a--b.slice", "-.-.slice"] {
                    let code = await refusal(kubelet) { $0.linux?.cgroupParent = parent }
                    #expect(code == .invalidArgument, "\(parent)")
                }
            }
        }

        /// The paths in /proc/PID/cgroup, once each.
        private func cgroups(of pid: Int32) async throws -> Set<String> {
            let text = try await blocking { String(decoding: try Files.read("/proc/\(pid)/cgroup"), as: UTF8.self) }
            return Set(
                text.split(separator: "\n").compactMap { line in
                    line.split(separator: ":", maxSplits: 2).last.map(String.init)
                })
        }
    }
}
