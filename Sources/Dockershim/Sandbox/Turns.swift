import Synchronization

/// One at a time for each key, first come, first served: network set-up and teardown of one pod never overlap.
final class Turns: Sendable {
    private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    /// Runs `body` when all earlier callers with this key are done. Waiting is not cut short by cancellation; what is
    /// waited for has its own deadlines.
    func run<Value: Sendable>(_ key: String, _ body: () async throws -> Value) async throws -> Value {
        await withCheckedContinuation { continuation in
            let isFirst = waiting.withLock { waiting in
                guard waiting[key] == nil else {
                    waiting[key]?.append(continuation)
                    return false
                }
                waiting[key] = []
                return true
            }
            if isFirst { continuation.resume() }
        }
        defer { next(key) }
        return try await body()
    }

    private func next(_ key: String) {
        let continuation = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var queue = waiting[key], !queue.isEmpty else {
                waiting[key] = nil
                return nil
            }
            let first = queue.removeFirst()
            waiting[key] = queue
            return first
        }
        continuation?.resume()
    }
}
