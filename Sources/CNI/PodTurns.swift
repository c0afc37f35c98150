import Faults
import Synchronization

/// One attach or detach of a pod at a time, in order of arrival; different pods do not wait for each other.
///
/// Whoever waits does so for at most the deadlines of those before it: an ADD and the DEL that takes it back.
final class PodTurns: Sendable {
    /// Pods that somebody works on, with those who wait for their turn.
    private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    func run<T>(_ pod: String, _ body: () async throws(OxbowError) -> T) async throws(OxbowError) -> T {
        await withCheckedContinuation { (turn: CheckedContinuation<Void, Never>) in
            let free = waiting.withLock { pods in
                if pods[pod]?.append(turn) != nil { return false }
                pods[pod] = []
                return true
            }
            if free { turn.resume() }
        }
        defer { next(pod)?.resume() }
        return try await body()
    }

    /// Pods with a turn under way, for tests.
    var pods: [String] { waiting.withLock { Array($0.keys) } }

    private func next(_ pod: String) -> CheckedContinuation<Void, Never>? {
        waiting.withLock { pods in
            guard var queue = pods[pod], !queue.isEmpty else {
                pods[pod] = nil
                return nil
            }
            let first = queue.removeFirst()
            pods[pod] = queue
            return first
        }
    }
}
