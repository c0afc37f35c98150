import NIOCore
import Synchronization

/// One writer at a time, first come, first served: what a frame depends on (compression, windows) keeps the order of the wire.
///
/// Waiting is not cut short by cancellation: whoever writes is cancelled with the connection, and then the next has its turn.
final class WriteTurn: Sendable {
    private struct State {
        var isTaken = false
        var waiting = CircularBuffer<CheckedContinuation<Void, Never>>()
    }
    private let state = Mutex(State())

    func run<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
        await withCheckedContinuation { task in
            let isFree = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                state.waiting.append(task)
                return false
            }
            if isFree { task.resume() }
        }
        defer { pass() }
        return try await body()
    }

    private func pass() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.isTaken = false }
            return next
        }
        next?.resume()
    }
}
