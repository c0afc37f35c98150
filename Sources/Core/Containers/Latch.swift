import Synchronization

/// A value that is set once and waited for by many.
///
/// Setting it again is ignored: the first value stands. A waiter whose task is cancelled gets nil at once.
package final class Latch<Value: Sendable>: Sendable {
    private enum State {
        case waiting([UInt64: CheckedContinuation<Value?, Never>], next: UInt64)
        case set(Value)
    }
    private let state = Mutex(State.waiting([:], next: 0))

    package init() {}

    package var value: Value? {
        state.withLock { if case .set(let value) = $0 { value } else { nil } }
    }

    package func set(_ value: Value) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value?, Never>] in
            guard case .waiting(let waiters, _) = state else { return [] }
            state = .set(value)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// - Returns: nil when the waiting task was cancelled first.
    package func wait() async -> Value? {
        let ticket = state.withLock { state -> UInt64 in
            guard case .waiting(let waiters, let next) = state else { return 0 }
            state = .waiting(waiters, next: next + 1)
            return next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Value?? in
                    switch state {
                    case .set(let value): return .some(value)
                    case .waiting(var waiters, let next):
                        // The handler below may have run before us: then nobody would wake this waiter.
                        if Task.isCancelled { return .some(nil) }
                        waiters[ticket] = continuation
                        state = .waiting(waiters, next: next)
                        return .none
                    }
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
                guard case .waiting(var waiters, let next) = state else { return nil }
                let waiter = waiters.removeValue(forKey: ticket)
                state = .waiting(waiters, next: next)
                return waiter
            }
            waiter?.resume(returning: nil)
        }
    }
}
