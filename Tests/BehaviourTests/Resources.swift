import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct Resources {
        private static let isVersion1 = !Files.exists("/sys/fs/cgroup/cgroup.controllers")
        /// What a limit's file says, in the container.
        private static func file(_ controller: String, _ old: String, _ new: String) -> String {
            "cat " + (isVersion1 ? "/sys/fs/cgroup/\(controller)/\(old)" : "/sys/fs/cgroup/\(new)")
        }

        @Test("CPU shares, quota and period are the cgroup's", arguments: Stage.all)
        func cpu(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script =
                        Self.isVersion1
                        ? "cd /sys/fs/cgroup/cpu; cat cpu.shares cpu.cfs_quota_us cpu.cfs_period_us"
                        : "cd /sys/fs/cgroup; cat cpu.weight cpu.max"
                    let words = try await pod.words(script) {
                        $0.limits.cpuShares = 512
                        $0.limits.cpuQuota = 25_000
                        $0.limits.cpuPeriod = 50_000
                    }
                    #expect(words == (Self.isVersion1 ? "512\n25000\n50000" : "20\n25000 50000"))
                }
            }
        }

        @Test("CPU and memory sets are the cgroup's from the start", arguments: Stage.all)
        func sets(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "sets were sent with updates only"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words(Self.file("cpuset", "cpuset.cpus", "cpuset.cpus")) {
                        $0.limits.cpusetCpus = "0"
                        $0.limits.cpusetMems = "0"
                    }
                    #expect(words == "0")
                }
            }
        }

        @Test("a memory limit leaves no swap, unless some is asked for", arguments: Stage.all)
        func memory(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script =
                        Self.isVersion1
                        ? "cd /sys/fs/cgroup/memory; cat memory.limit_in_bytes memory.memsw.limit_in_bytes"
                        : "cd /sys/fs/cgroup; cat memory.max memory.swap.max"
                    let words = try await pod.words(script) { $0.limits.memoryLimitInBytes = 64 << 20 }
                    #expect(words == "67108864\n" + (Self.isVersion1 ? "67108864" : "0"))
                }
            }
        }

        @Test("swap is had beside memory where it is asked for", arguments: Stage.all)
        func swap(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the field came after 1.20 and is passed over"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words(
                        Self.file("memory", "memory.memsw.limit_in_bytes", "memory.swap.max")
                    ) {
                        $0.limits.memoryLimitInBytes = 64 << 20
                        $0.limits.memorySwapLimitInBytes = 96 << 20
                    }
                    #expect(words == (Self.isVersion1 ? "100663296" : "33554432"))
                }
            }
        }

        @Test("huge pages are limited by their size; 0 is no limit", arguments: Stage.all)
        func hugepages(_ stage: Stage) async throws {
            let none = "Docker's API has no limit on huge pages; the pod's own cgroup, made by the kubelet, has it"
            try await stage.check("CreateContainer", gaps: [.dockershim: none, .dockershim120: none]) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words(
                        Self.file("hugetlb", "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max")
                    ) {
                        $0.limits.hugepageLimits = [
                            HugepageLimit(pageSize: "2MB", limit: 4 << 20), HugepageLimit(pageSize: "1GB", limit: 0),
                        ]
                    }
                    #expect(words == "4194304")
                    let unknown = try await pod.refusal {
                        $0.limits.hugepageLimits = [HugepageLimit(pageSize: "3MB", limit: 4 << 20)]
                    }
                    #expect(unknown?.code == .invalidArgument)
                }
            }
        }

        @Test("an out-of-memory score is given, raised to what the daemon may give", arguments: Stage.all)
        func oomScore(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script = "cat /proc/self/oom_score_adj"
                    let answer = try await pod.words(script, name: "high") { $0.limits.oomScoreAdj = 999 }
                    #expect(answer == "999")
                    let low = try await pod.words(script, name: "low") { $0.limits.oomScoreAdj = -998 }
                    let rights = try DaemonRights.read()
                    #expect(low == "\(max(-998, rights.lowestOOMScore))")
                }
            }
        }

        @Test(
            "a unified limit is refused where it cannot be set", .enabled(if: Resources.isVersion1),
            arguments: Stage.all)
        func unifiedOnVersion1(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the field came after 1.20 and is passed over"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let failure = try await pod.refusal { $0.limits.unified = ["memory.high": "67108864"] }
                    #expect(failure?.code == .unimplemented)
                    #expect(failure?.message.contains("memory.high") == true)
                }
            }
        }

        @Test(
            "a unified limit is the cgroup's", .enabled(if: !Resources.isVersion1), arguments: Stage.all)
        func unified(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "Docker's API has no place for it; a pod that asks for some is refused",
                .dockershim120: "the field came after 1.20 and is passed over",
            ]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words("cat /sys/fs/cgroup/memory.high") {
                        $0.limits.unified = ["memory.high": "67108864"]
                    }
                    #expect(words == "67108864")
                }
            }
        }

        @Test("a status tells the limits", arguments: Stage.all)
        func told(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the field came after 1.20"]
            try await stage.check("ContainerStatus", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.limits = LinuxContainerResources(
                            cpuPeriod: 50_000, cpuQuota: 25_000, cpuShares: 512, memoryLimitInBytes: 64 << 20,
                            oomScoreAdj: 999, cpusetCpus: "0", cpusetMems: "0", memorySwapLimitInBytes: 96 << 20)
                    }
                    let told = try #require(try await pod.status(id).resources?.linux)
                    #expect(told.cpuShares == 512 && told.cpuQuota == 25_000 && told.cpuPeriod == 50_000)
                    #expect(told.memoryLimitInBytes == 64 << 20 && told.memorySwapLimitInBytes == 96 << 20)
                    #expect(told.oomScoreAdj == 999 && told.cpusetCpus == "0" && told.cpusetMems == "0")
                }
            }
        }
    }
}
