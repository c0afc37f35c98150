import CNI
import Core
import Linux
import TestSupport
import Testing

/// Not a check but a measurement, printed: `OXBOW_MEASURE=20 swift test --filter CoreTimingTests`.
@Suite(.enabled(if: Host.canRunContainers && measuredRuns > 0, "needs OXBOW_MEASURE=<runs>"), .serialized)
struct CoreTimingTests {
    @Test("where create, start, stop and remove spend their time", arguments: [false, true])
    func steps(pod: Bool) async throws {
        try await CoreFixture.with("timing") { fixture in
            for run in -2..<measuredRuns {
                if run == 0 { fixture.core.breakdown.reset() }
                var spec = fixture.spec(["/bin/sleep", "1000"])
                spec.cgroupParent = fixture.cgroupParent
                if pod {
                    let identity = PodIdentity(
                        id: "\(fixture.networkName)-\(run)", namespace: "ns", name: "p", uid: "u")
                    spec.network = .pod(NetworkRequest(pod: identity), releasedAtExit: false)
                }
                let record = try await fixture.core.create(spec)
                try await fixture.core.start(record.id) {}
                try await fixture.core.stop(record.id, grace: .zero)
                try await fixture.core.remove(record.id, force: false)
            }
            print(pod ? "with a pod network" : "without network")
            for (operation, totals) in fixture.core.breakdown.totals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                let steps = totals.steps.sorted { $0.key.rawValue < $1.key.rawValue }
                    .map { "\($0.key.rawValue) \(milliseconds($0.value))" }.joined(separator: ", ")
                print("  \(operation.rawValue): \(milliseconds(totals.whole)) ms (\(steps))")
            }
        }
    }

    private func milliseconds(_ sum: StartBreakdown.Sum) -> Double {
        (Double(sum.nanoseconds) / Double(max(1, sum.count)) / 1e4).rounded() / 100
    }
}

private let measuredRuns = Host.number("OXBOW_MEASURE")
