import Synchronization

/// Cores in use, out of two looks at a counter of CPU time. The kernel only counts; `usage_nano_cores` is a rate.
package final class UsageRates: Sendable {
    /// Looks nearer to each other than this, in nanoseconds, measure noise: the earlier rate stands meanwhile.
    package static let shortestSpan: Int64 = 500_000_000
    /// Counters that are remembered; past it all are forgotten, and each rate is known again at the next look but one.
    package static let limit = 8192

    private struct Row {
        var time: Int64
        var counter: UInt64
        var rate: UInt64?
    }
    private let rows = Mutex<[String: Row]>([:])

    package init() {}

    /// - Parameters:
    ///   - counter: nanoseconds of CPU time so far.
    ///   - time: nanoseconds since 1970 of this look.
    /// - Returns: billionths of a core; nil at the first look, and when the counter began anew.
    package func rate(of key: String, counter: UInt64, at time: Int64) -> UInt64? {
        rows.withLock { rows in
            guard let last = rows[key], counter >= last.counter, time >= last.time else {
                if rows.count >= Self.limit { rows = [:] }
                rows[key] = Row(time: time, counter: counter, rate: nil)
                return nil
            }
            let span = time - last.time
            guard span >= Self.shortestSpan else { return last.rate }
            let cores = Double(counter - last.counter) / Double(span)
            let rate = UInt64(exactly: (cores * 1_000_000_000).rounded()) ?? 0
            rows[key] = Row(time: time, counter: counter, rate: rate)
            return rate
        }
    }

    package func forget(_ key: String) { rows.withLock { $0[key] = nil } }
}
