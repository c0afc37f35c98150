/// Percentiles of a set of durations, in milliseconds.
package struct LatencySummary: Sendable, Equatable {
    package var p50: Double
    package var p95: Double
    package var max: Double
    package var count: Int

    /// - Returns: nil when there is nothing to summarise.
    package init?(_ durations: [Duration]) {
        guard !durations.isEmpty else { return nil }
        let sorted = durations.sorted()
        p50 = Self.percentile(50, of: sorted)
        p95 = Self.percentile(95, of: sorted)
        max = sorted[sorted.count - 1].milliseconds
        count = sorted.count
    }

    package init(p50: Double, p95: Double, max: Double, count: Int) {
        self.p50 = p50
        self.p95 = p95
        self.max = max
        self.count = count
    }

    /// Linear interpolation between the two nearest ranks.
    private static func percentile(_ percent: Double, of sorted: [Duration]) -> Double {
        let rank = percent / 100 * Double(sorted.count - 1)
        let below = Int(rank)
        let above = Swift.min(below + 1, sorted.count - 1)
        let low = sorted[below].milliseconds
        return low + (sorted[above].milliseconds - low) * (rank - Double(below))
    }
}

extension Duration {
    package var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }
}
