import Synchronization

/// The parts of one container start (and of its creation and end) that are timed.
package enum LaunchStep: String, Sendable, CaseIterable {
    /// Overlay folders and mount.
    case snapshot
    /// Looking up the user, building and writing config.json.
    case bundle
    /// Making and pinning the network namespace.
    case namespace
    /// PodNetwork.attach: runs beside `runtimeCreate`.
    case network
    /// Starting the monitor until it reports what `runtime create` did.
    case runtimeCreate
    case runtimeStart
    /// Documents written.
    case record
    case runtimeDelete
    case detach
    /// Unmounting and removing folders.
    case takeAway
}

/// How long each part of one operation took, in nanoseconds of a monotonic clock. Parts may overlap.
package struct LaunchTimings: Sendable {
    package var nanoseconds: [LaunchStep: Int64] = [:]
    package var total: Int64 = 0
    package init() {}

    /// `snapshot=812µs bundle=95µs …` in the order of `LaunchStep`.
    package var text: String {
        LaunchStep.allCases.compactMap { step in nanoseconds[step].map { "\(step.rawValue)=\($0 / 1000)µs" } }
            .joined(separator: " ") + " total=\(total / 1000)µs"
    }
}

/// Sums timings up by operation for the lab: how often, and how long in all.
package final class StartBreakdown: Sendable {
    package struct Sum: Sendable, Equatable {
        package var count: UInt64 = 0
        package var nanoseconds: Int64 = 0
        package init() {}
    }
    package enum Operation: String, Sendable, CaseIterable { case create, start, stop, remove }
    package struct Totals: Sendable {
        package var steps: [LaunchStep: Sum] = [:]
        package var whole = Sum()
        package init() {}
    }
    private let state = Mutex<[Operation: Totals]>([:])
    package init() {}

    package func add(_ timings: LaunchTimings, to operation: Operation) {
        state.withLock { state in
            for (step, time) in timings.nanoseconds {
                state[operation, default: Totals()].steps[step, default: Sum()].count += 1
                state[operation, default: Totals()].steps[step, default: Sum()].nanoseconds += time
            }
            state[operation, default: Totals()].whole.count += 1
            state[operation, default: Totals()].whole.nanoseconds += timings.total
        }
    }
    package var totals: [Operation: Totals] { state.withLock { $0 } }
    /// Forgets everything: the beginning of a measured run.
    package func reset() { state.withLock { $0 = [:] } }
}

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
