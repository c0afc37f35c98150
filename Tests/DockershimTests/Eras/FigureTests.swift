import CRI
import CRIServer
import DockerAPI
import Faults
import NIOCore
import Testing

@testable import Dockershim

@Suite("Figures of the bridge")
struct FigureTests {
    private static func answer(_ request: DockerRequest) -> DockerAnswer {
        if request.path.hasSuffix("/info") {
            var info = Sample.info
            info.memTotal = 1 << 30
            return .json(info)
        }
        if request.path.hasSuffix("/containers/json") { return .json([Sample.summary("c1"), Sample.summary("s1")]) }
        guard request.path.hasSuffix("/stats") else { return Sample.answer(request) }
        return .text(
            """
            {"cpu_stats":{"cpu_usage":{"total_usage":5000000000}},"pids_stats":{"current":2},
             "memory_stats":{"usage":100,"limit":\(request.path.contains("c1") ? 1000 : 1 << 30),
                             "stats":{"total_inactive_file":30,"total_rss":9,"total_swap":4}},
             "networks":{"eth0":{"rx_bytes":7,"tx_bytes":8},"net1":{"rx_bytes":1}},
             "blkio_stats":{"io_service_bytes_recursive":[{"major":0,"minor":99,"op":"Read","value":3}]}}
            """)
    }

    private func bridge(_ era: Era = .current) -> Bridge { Bridge(era, ScriptedDaemon { Self.answer($0) }) }

    @Test("a pod is the sum of its processes, with the network that Docker counts")
    func pod() async throws {
        let bridge = bridge()
        defer { bridge.cleanUp() }
        let request = PodSandboxStatsRequest(podSandboxId: "s1")
        let stats = try await bridge.shim.podSandboxStats(request, .test("PodSandboxStats")).stats?.linux
        #expect(stats?.cpu?.usageCoreNanoSeconds?.value == 15_000_000_000)
        #expect(stats?.memory?.workingSetBytes?.value == 210)
        #expect(stats?.process?.processCount?.value == 6)
        #expect(stats?.network?.defaultInterface?.rxBytes?.value == 7)
        #expect(stats?.network?.interfaces.map(\.name) == ["net1"])
    }

    @Test("the host's memory is no limit, a container's own is")
    func available() async throws {
        let bridge = bridge()
        defer { bridge.cleanUp() }
        func memory(_ id: String) async throws -> MemoryUsage? {
            try await bridge.shim.containerStats(ContainerStatsRequest(containerId: id), .test("ContainerStats"))
                .stats?.memory
        }
        #expect(try await memory("c1")?.availableBytes?.value == 930)
        #expect(try await memory("s1")?.availableBytes == nil)
    }

    @Test("metrics carry the pod's names and Docker's figures")
    func metrics() async throws {
        let bridge = bridge()
        defer { bridge.cleanUp() }
        let answer = try await bridge.shim.listPodSandboxMetrics(
            ListPodSandboxMetricsRequest(), .test("ListPodSandboxMetrics"))
        let pod = try #require(answer.podMetrics.first)
        #expect(pod.podSandboxId == "s1")
        let received = pod.metrics.filter { $0.name == "container_network_receive_bytes_total" }
        #expect(received.map { $0.value?.value } == [7, 1])
        let own = try #require(pod.containerMetrics.first).metrics
        let cpu = try #require(own.first { $0.name == "container_cpu_usage_seconds_total" })
        #expect(cpu.value?.value == 5)
        #expect(cpu.labelValues == ["app", "", "busybox", "c1", "default", "web"])
        let reads = try #require(own.first { $0.name == "container_fs_reads_bytes_total" })
        #expect(reads.labelValues.last == "0:99" && reads.value?.value == 3)
    }

    @Test("limits that Docker has no place for are refused today, and were passed over in 1.20")
    func limits() async throws {
        for limits in [
            LinuxContainerResources(hugepageLimits: [HugepageLimit(pageSize: "2MB", limit: 1)]),
            LinuxContainerResources(unified: ["memory.high": "1"]),
        ] {
            let request = UpdateContainerResourcesRequest(containerId: "c1", linux: limits)
            let error = await #expect(throws: OxbowError.self) {
                try await bridge().shim.updateContainerResources(request, .test("UpdateContainerResources"))
            }
            #expect(error?.kind == .unsupported)
            _ = try await bridge(.dockershim120).shim.updateContainerResources(
                request, .test("UpdateContainerResources"))
        }
    }

    @Test("checkpoints of containers and pods are refused with what is missing, and unknown to 1.20")
    func checkpoints() async throws {
        for era in Era.allCases {
            let bridge = bridge(era)
            defer { bridge.cleanUp() }
            let error = await #expect(throws: OxbowError.self) {
                try await bridge.shim.checkpointPod(CheckpointPodRequest(), .test("CheckpointPod"))
            }
            #expect(error?.kind == .unsupported)
            #expect(error?.message.contains("criu") == (era == .current))
        }
    }

    @Test("a pod's new resources are kept in its checkpoint, whose checksum holds")
    func podResources() async throws {
        let bridge = bridge()
        defer { bridge.cleanUp() }
        try await bridge.shim.checkpoints.write(try SandboxCheckpoint(Sample.pod, runtimeHandler: "crun"), for: "s1")
        _ = try await bridge.shim.updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest(podSandboxId: "s1", overhead: LinuxContainerResources(cpuShares: 777)),
            .test("UpdatePodSandboxResources"))
        let status = try await bridge.shim.podSandboxStatus(
            PodSandboxStatusRequest(podSandboxId: "s1", verbose: true), .test("PodSandboxStatus"))
        #expect(status.info["overhead"] == #"{"cpu_shares":"777"}"#)
        #expect(status.status?.runtimeHandler == "crun")
    }
}
