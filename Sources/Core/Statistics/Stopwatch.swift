import Synchronization

/// Times one operation while it runs; parts may be timed at once from several tasks.
package final class Stopwatch: Sendable {
    private let begin = ContinuousClock.now
    private let state = Mutex(LaunchTimings())
    package init() {}

    package func time<T: Sendable, Failure: Error>(
        _ step: LaunchStep, _ body: () async throws(Failure) -> T
    ) async throws(Failure) -> T {
        let begin = ContinuousClock.now
        defer { note(step, begin.duration(to: .now)) }
        return try await body()
    }

    package func note(_ step: LaunchStep, _ duration: Duration) {
        state.withLock { $0.nanoseconds[step, default: 0] += Self.nanoseconds(duration) }
    }

    package func finish() -> LaunchTimings {
        state.withLock { state in
            state.total = Self.nanoseconds(begin.duration(to: .now))
            return state
        }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
    }
}
