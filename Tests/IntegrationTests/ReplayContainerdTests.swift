import Testing
import Trace

extension ReplayTests {
    @Test(
        "every kubelet trace plays on a real containerd as it was recorded",
        .enabled(if: ReplayContainerd.problem == nil, "\(ReplayContainerd.problem ?? "")"))
    func containerd() async throws {
        try await ReplayContainerd.with { containerd in
            for name in ReplayTraces.kubelet {
                let report = try await ReplayTraces.play(try await ReplayTraces.read(name), on: containerd.socket)
                #expect(report.failed == 0, "\(name)")
                #expect(report.differences.isEmpty, "\(name)")
                #expect(report.cleared.failures.isEmpty, "\(name)")
            }
        }
        try await PodNetworkFile.removeBridge()
    }
}
