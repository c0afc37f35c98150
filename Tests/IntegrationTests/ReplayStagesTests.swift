import Linux
import Logging
import TestSupport
import Testing
import Trace

@testable import Comparison

/// One after the other: the traces' host ports and the registry's port are each there once on a host.
@Suite("Replays", .serialized)
struct ReplayTests {
    @Test(
        "every kubelet trace plays on both stages, and nothing is left over",
        .enabled(if: ReplayContainerd.problem == nil, "\(ReplayContainerd.problem ?? "")"),
        arguments: ["dockershim", "cri-plugin"])
    func stage(name: String) async throws {
        let tree = try CgroupTree.detect()
        try await TemporaryFolder.with("replay") { folder in
            let network = folder.appending("cni")
            try await blocking {
                try Files.makeFolders(network)
                try Files.write(network + "/10-pods.conflist", Array(PodNetworkFile.text(folder.path).utf8))
            }
            let options = ["--cni-conf-dir", network]
            let program = try ReplayTraces.oxbow
            let stage =
                name == "dockershim"
                ? StageDefinition.dockershim(program: program, network: options)
                : StageDefinition.criPlugin(program: program, network: options)
            let processes = StageProcesses(
                stage, folder: folder.appending(name), cgroup: "/oxbow-replay-test-\(name)", tree: tree,
                limits: ComparisonLimits(), log: Logger(label: "replay-test"))
            let (left, _) = try await processes.around { running in
                for trace in ReplayTraces.kubelet {
                    let report = try await ReplayTraces.play(try await ReplayTraces.read(trace), on: running.criSocket)
                    #expect(report.failed == 0, "\(trace)")
                    #expect(report.cleared.failures.isEmpty, "\(trace)")
                    ReplayTraces.tell(report, "\(name) \(trace)")
                }
                let daemons = Set(running.daemons)
                return tree.processes(in: running.cgroup ?? "").filter { !daemons.contains($0) }
            } ended: {
            }
            #expect(left.isEmpty, "monitors outlived their pods")
            #expect(!Files.exists(folder.appending(name)))
        }
        try await PodNetworkFile.removeBridge()
    }
}
