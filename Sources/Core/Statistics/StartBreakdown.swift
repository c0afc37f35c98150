import FoundationEssentials
import Synchronization

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

    private struct Document: Encodable {
        struct Part: Encodable {
            var n: UInt64
            var totalMilliseconds: Double
            init(_ sum: Sum) {
                n = sum.count
                totalMilliseconds = Double(sum.nanoseconds) / 1e6
            }
            enum CodingKeys: String, CodingKey {
                case n
                case totalMilliseconds = "total_ms"
            }
        }
        struct Operation: Encodable {
            var whole: Part
            var steps: [String: Part]
        }
        var format = "oxbow.start-breakdown"
        var version = 1
        var operations: [String: Operation]
    }

    /// `{"format":"oxbow.start-breakdown","version":1,"operations":{"start":{"whole":{"n":…,"total_ms":…},"steps":{…}}}}`.
    /// Steps overlap: their sum may be more than the whole.
    package func document() throws -> [UInt8] {
        var operations: [String: Document.Operation] = [:]
        for (operation, totals) in totals {
            var steps: [String: Document.Part] = [:]
            for (step, sum) in totals.steps { steps[step.rawValue] = Document.Part(sum) }
            operations[operation.rawValue] = Document.Operation(whole: Document.Part(totals.whole), steps: steps)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return [UInt8](try encoder.encode(Document(operations: operations)))
    }
}
