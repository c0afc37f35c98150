import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct Statistics {
        private func stats(_ kubelet: Kubelet, _ id: String) async throws -> ContainerStats {
            try #require(try await kubelet.client.containerStats(ContainerStatsRequest(containerId: id)).stats)
        }

        private func counters(_ pod: Pod, _ id: String) async throws -> CgroupCounters {
            let path = (pod.config.linux?.cgroupParent ?? "") + "/" + id
            return try #require(try await blocking { try CgroupTree.detect().counters(of: path) })
        }

        @Test("CPU time lies between two looks at the cgroup's files", arguments: Stage.all)
        func cpu(_ stage: Stage) async throws {
            try await stage.check("ContainerStats") { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("while true; do :; done")
                    let before = try await counters(pod, id)
                    let told = try await stats(kubelet, id)
                    let after = try await counters(pod, id)
                    let usage = try #require(told.cpu?.usageCoreNanoSeconds?.value)
                    #expect(usage >= before.cpuNanoseconds)
                    #expect(usage <= after.cpuNanoseconds)
                    #expect(told.attributes?.metadata?.name == "main")
                    #expect(told.attributes?.labels == pod.config.labels)
                }
            }
        }

        @Test("the working set is the cgroup's usage without inactive file pages", arguments: Stage.all)
        func memory(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the working set is read from a member that Windows fills"]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start(
                        "dd if=/dev/zero of=/tmp/file bs=1M count=8; echo done > /tmp/done; sleep 1000")
                    _ = try await kubelet.eventually {
                        try await pod.said(id, "cat /tmp/done || true")
                    } until: {
                        $0 == "done"
                    }
                    // Another look when something moved in between.
                    let (told, seen) = try await kubelet.eventually {
                        let before = try await counters(pod, id)
                        let told = try await stats(kubelet, id)
                        let after = try await counters(pod, id)
                        return (told, before.memoryBytes == after.memoryBytes ? after : nil)
                    } until: {
                        $0.1 != nil
                    }
                    let files = try #require(seen)
                    #expect(told.memory?.workingSetBytes?.value == files.workingSetBytes)
                    #expect(told.memory?.usageBytes?.value == files.memoryBytes)
                    #expect(told.memory?.rssBytes?.value == files.rssBytes)
                    #expect(files.workingSetBytes > 0)
                }
            }
        }

        @Test("what is available is what the limit leaves, and absent without one", arguments: Stage.all)
        func available(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "available memory came with Kubernetes 1.23"]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let limited = try await pod.start("sleep 1000", name: "limited") {
                        $0.linux?.resources = LinuxContainerResources(memoryLimitInBytes: 64 << 20)
                    }
                    let memory = try #require(try await stats(kubelet, limited).memory)
                    let available = try #require(memory.availableBytes?.value)
                    #expect(available == (64 << 20) - (memory.workingSetBytes?.value ?? 0))
                    let free = try await pod.start("sleep 1000", name: "free")
                    #expect(try await stats(kubelet, free).memory?.availableBytes == nil)
                }
            }
        }

        @Test("a busy container's rate is told from the second look on", arguments: Stage.all)
        func rate(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "rates came with Kubernetes 1.23", .containerd: "1.6 tells a rate of pods only",
            ]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("while true; do :; done")
                    let rate = try await kubelet.eventually {
                        try await stats(kubelet, id).cpu?.usageNanoCores?.value
                    } until: {
                        ($0 ?? 0) > 0
                    }
                    // A loop keeps one core busy at most, and this machine may have others to serve.
                    #expect((1...1_200_000_000).contains(try #require(rate)))
                }
            }
        }

        @Test("swap is told where the kernel counts it", arguments: Stage.all)
        func swap(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "swap came with Kubernetes 1.28", .containerd: "swap came with containerd 2.0",
            ]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    #expect(try await stats(kubelet, id).swap?.swapUsageBytes?.value == 0)
                }
            }
        }

        @Test("the writable layer grows by what is written", arguments: Stage.all)
        func layer(_ stage: Stage) async throws {
            try await stage.check("ContainerStats") { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    let before = try await stats(kubelet, id).writableLayer?.usedBytes?.value ?? 0
                    #expect(
                        try await pod.said(id, "dd if=/dev/zero of=/file bs=1M count=3 2>/dev/null; echo $?") == "0")
                    let after = try await kubelet.eventually {
                        try await stats(kubelet, id).writableLayer
                    } until: {
                        ($0?.usedBytes?.value ?? 0) >= before + 3 << 20
                    }
                    #expect(after?.fsId?.mountpoint.isEmpty == false)
                }
            }
        }

        @Test("the writable layer's inodes are counted", arguments: Stage.all)
        func inodes(_ stage: Stage) async throws {
            let bytesOnly = "Docker counts a layer's bytes and nothing else"
            let gaps: [Stage: String] = [.dockershim: bytesOnly, .dockershim120: bytesOnly, .dockerd: bytesOnly]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    #expect(try await stats(kubelet, id).writableLayer?.inodesUsed != nil)
                }
            }
        }

        @Test("how long tasks stood still is told where the kernel counts it", arguments: Stage.all)
        func stalls(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "Docker's statistics have no such figures", .dockerd: "Docker's statistics have none",
                .dockershim120: "stalls came with Kubernetes 1.33", .containerd: "stalls came with containerd 2.1",
            ]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    let files = try await counters(pod, id)
                    let told = try await stats(kubelet, id)
                    #expect((told.cpu?.psi != nil) == (files.cpuPressure != nil))
                    #expect((told.memory?.psi != nil) == (files.memoryPressure != nil))
                    #expect((told.io?.psi != nil) == (files.ioPressure != nil))
                    try #require(told.cpu?.psi != nil, "this host's kernel counts stalls")
                }
            }
        }

        @Test("a container that has ended uses disk space and nothing else", arguments: Stage.all)
        func exited(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "zeros are told of a container that does not run",
                .containerd: "1.6 has no figures of a container that does not run",
            ]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("exit 0")
                    _ = try await pod.exited(id)
                    let told = try await stats(kubelet, id)
                    #expect(told.attributes?.id == id)
                    #expect(told.writableLayer != nil)
                    #expect(told.cpu == nil)
                    #expect(told.memory == nil)
                }
            }
        }

        @Test("figures of a container that is not there are NOT_FOUND", arguments: Stage.all)
        func unknown(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "UNKNOWN for everything"]
            try await stage.check("ContainerStats", gaps: gaps) { kubelet in
                let failure = await kubelet.failure { () throws(GRPCStatus) in
                    try await kubelet.client.containerStats(ContainerStatsRequest(containerId: "nosuch"))
                }
                #expect(failure?.code == .notFound)
            }
        }

        @Test("lists of figures are of running containers, by id, sandbox and labels", arguments: Stage.all)
        func list(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "containers that have ended are listed too"]
            try await stage.check("ListContainerStats", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let first = try await pod.start("sleep 1000", name: "first") { $0.labels["n"] = "1" }
                    let second = try await pod.start("sleep 1000", name: "second") { $0.labels["n"] = "2" }
                    let ended = try await pod.start("exit 0", name: "ended") { $0.labels["n"] = "1" }
                    _ = try await pod.exited(ended)
                    func ids(_ filter: ContainerStatsFilter) async throws -> Set<String> {
                        let answer = try await kubelet.client.listContainerStats(
                            ListContainerStatsRequest(filter: filter))
                        return Set(answer.stats.compactMap { $0.attributes?.id })
                    }
                    #expect(try await ids(ContainerStatsFilter(podSandboxId: pod.id)) == [first, second])
                    #expect(try await ids(ContainerStatsFilter(id: first)) == [first])
                    #expect(
                        try await ids(ContainerStatsFilter(podSandboxId: pod.id, labelSelector: ["n": "1"])) == [first])
                    #expect(try await ids(ContainerStatsFilter(id: second, labelSelector: ["n": "1"])).isEmpty)
                    #expect(try await ids(ContainerStatsFilter(podSandboxId: "nosuch")).isEmpty)
                }
            }
        }
    }
}
