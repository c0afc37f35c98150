import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct PodStatistics {
        private static let old: [Stage: String] = [
            .dockershim120: "figures of pods came with Kubernetes 1.23"
        ]

        @Test("a pod's figures hold those of its containers and agree with the files", arguments: Stage.all)
        func whole(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStats", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let busy = try await pod.start("while true; do :; done", name: "busy")
                    let idle = try await pod.start("sleep 1000", name: "idle")
                    let parent = pod.config.linux?.cgroupParent ?? ""
                    func files() async throws -> CgroupCounters {
                        try #require(try await blocking { try CgroupTree.detect().counters(of: parent) })
                    }
                    let before = try await files()
                    let request = PodSandboxStatsRequest(podSandboxId: pod.id)
                    let stats = try #require(try await kubelet.client.podSandboxStats(request).stats)
                    let after = try await files()
                    #expect(stats.attributes?.metadata == pod.config.metadata)
                    let linux = try #require(stats.linux)
                    let cpu = try #require(linux.cpu?.usageCoreNanoSeconds?.value)
                    // What has no cgroup of its own any more, the runtime's own work, counts with the pod.
                    let parts = linux.containers.reduce(0) { $0 + ($1.cpu?.usageCoreNanoSeconds?.value ?? 0) }
                    #expect(cpu + 1_000_000_000 >= parts)
                    #expect(cpu <= after.cpuNanoseconds)
                    #expect(cpu + 1_000_000_000 >= before.cpuNanoseconds)
                    #expect((linux.memory?.workingSetBytes?.value ?? 0) > 0)
                    #expect(Set(linux.containers.compactMap { $0.attributes?.id }) == [busy, idle])
                    #expect((linux.process?.processCount?.value ?? 0) >= 3)
                }
            }
        }

        @Test("the pod's network is counted by interface", arguments: Stage.all)
        func network(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStats", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    func files() async throws -> InterfaceCounters {
                        let text = try await pod.said(id, "cat /proc/net/dev")
                        return try #require(InterfaceCounters.parse(text).first { $0.name == "eth0" })
                    }
                    let before = try await files()
                    let stats = try await kubelet.client.podSandboxStats(PodSandboxStatsRequest(podSandboxId: pod.id))
                    let after = try await files()
                    let told = try #require(stats.stats?.linux?.network?.defaultInterface)
                    #expect(told.name == "eth0")
                    #expect((before.sentBytes...after.sentBytes).contains(told.txBytes?.value ?? 0))
                    #expect((before.receivedBytes...after.receivedBytes).contains(told.rxBytes?.value ?? 0))
                }
            }
        }

        @Test("figures of a sandbox that is not there are NOT_FOUND", arguments: Stage.all)
        func unknown(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStats", gaps: Self.old) { kubelet in
                let failure = await kubelet.failure { () throws(GRPCStatus) in
                    try await kubelet.client.podSandboxStats(PodSandboxStatsRequest(podSandboxId: "nosuch"))
                }
                #expect(failure?.code == .notFound)
            }
        }

        @Test("pods that are up are listed with their figures, by id and labels", arguments: Stage.all)
        func list(_ stage: Stage) async throws {
            try await stage.check("ListPodSandboxStats", gaps: Self.old) { kubelet in
                try await kubelet.pod { up in
                    try await kubelet.pod { down in
                        _ = try await kubelet.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: down.id))
                        func ids(_ filter: PodSandboxStatsFilter?) async throws -> [String] {
                            let answer = try await kubelet.client.listPodSandboxStats(
                                ListPodSandboxStatsRequest(filter: filter))
                            return answer.stats.compactMap { $0.attributes?.id }
                        }
                        #expect(try await ids(nil).contains(up.id))
                        #expect(try await ids(nil).contains(down.id) == false)
                        #expect(try await ids(PodSandboxStatsFilter(id: up.id)) == [up.id])
                        #expect(try await ids(PodSandboxStatsFilter(labelSelector: up.config.labels)) == [up.id])
                        #expect(try await ids(PodSandboxStatsFilter(labelSelector: ["no": "such"])).isEmpty)
                    }
                }
            }
        }
    }
}
