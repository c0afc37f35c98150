import Testing

@testable import Trace

@Suite("Latency summary")
struct LatencySummaryTests {
    @Test("percentiles lie between the nearest ranks")
    func interpolation() throws {
        let summary = try #require(LatencySummary([4, 1, 3, 2].map { .milliseconds($0) }))
        #expect(summary.p50 == 2.5)
        #expect(abs(summary.p95 - 3.85) < 1e-9)
        #expect(summary.max == 4)
        #expect(summary.count == 4)
    }

    @Test("one duration is every percentile of itself")
    func single() {
        #expect(LatencySummary([.microseconds(1500)]) == LatencySummary(p50: 1.5, p95: 1.5, max: 1.5, count: 1))
    }

    @Test("no durations, no summary")
    func empty() { #expect(LatencySummary([]) == nil) }
}
