import Comparison
import Glibc
import Core
import Linux
import Logging
import Report
import TestSupport
import Testing
import Trace

extension ReplayTests {
    @Test(
        "a comparison of both stages measures everything and leaves nothing",
        .enabled(if: ReplayContainerd.problem == nil, "\(ReplayContainerd.problem ?? "")"))
    func compare() async throws {
        let folder = "/tmp/oxbow-compare-test-\(UInt32.random(in: 0 ... .max))"
        let result = try await TemporaryFolder.with("compare") { network in
            try await blocking {
                try Files.write(
                    network.appending("10-pods.conflist"), Array(PodNetworkFile.text(network.path).utf8))
            }
            let program = try ReplayTraces.oxbow
            let options = ["--cni-conf-dir", network.path]
            return try await Comparison.run(
                ComparisonOptions(
                    stages: [
                        .dockershim(program: program, network: options), .criPlugin(program: program, network: options),
                    ], trace: try await ReplayTraces.read("one-pod.jsonl"), pods: 2, workFolder: folder),
                images: BuiltinImageSource(), log: Logger(label: "compare-test"))
        }
        #expect(result.stages.map(\.name) == ["dockershim", "cri-plugin"])
        for stage in result.stages {
            #expect(stage.failed == 0)
            #expect(stage.podStart?.count == 2)
            #expect(stage.cpu.daemons > 0)
            #expect(stage.cpu.spawned > 0)
            #expect(stage.memory.daemons > 0)
            #expect(stage.memory.monitors > 0)
            #expect(stage.idle.daemons > 0)
            #expect(stage.calls["RunPodSandbox"]?.latency.count == 3)
            #expect(!stage.breakdown.isEmpty)
        }
        #expect(result.stages.first?.calls["RunPodSandbox"]?.restCalls ?? 0 > 0)
        #expect(result.stages.last?.calls["RunPodSandbox"]?.restCalls == 0)
        #expect(result.ratios?.podStart != nil)
        #expect(ComparisonTable.text(result).contains("old ÷ direct"))
        #expect(!Files.exists(folder))
        for root in try CgroupTree.detect().roots.values {
            #expect(!(try Files.entries(of: root).contains("oxbow-compare-\(getpid())")))
        }
        try await PodNetworkFile.removeBridge()
    }
}
