import Core
import Faults
import Synchronization

/// Clients that attached to a container which has not started: they are connected when its process exists and before it
/// begins, so that they miss nothing.
final class AttachTable: Sendable {
    /// Clients that may wait for one container.
    static let limit = 64

    struct Waiter: Sendable {
        fileprivate let number: UInt64
        let input: Bool
        /// nil when the container will not start: it failed, or it was removed.
        let streams: Latch<ProcessStreams?>
    }
    private struct State {
        var next: UInt64 = 0
        var waiters: [String: [Waiter]] = [:]
    }
    private let state = Mutex(State())

    /// - Throws: `.tooLarge` past the limit.
    func register(_ id: String, input: Bool) throws(OxbowError) -> Waiter {
        let waiter = state.withLock { state -> Waiter? in
            guard state.waiters[id, default: []].count < Self.limit else { return nil }
            state.next += 1
            let waiter = Waiter(number: state.next, input: input, streams: Latch())
            state.waiters[id, default: []].append(waiter)
            return waiter
        }
        guard let waiter else {
            throw OxbowError(.tooLarge, "attach: more than \(Self.limit) clients wait for this container")
        }
        return waiter
    }

    func isWaitedFor(_ id: String) -> Bool { state.withLock { $0.waiters[id] != nil } }

    /// Takes a waiter off that nobody waits for any more.
    func withdraw(_ id: String, _ waiter: Waiter) {
        state.withLock { state in
            state.waiters[id]?.removeAll { $0.number == waiter.number }
            if state.waiters[id]?.isEmpty == true { state.waiters[id] = nil }
        }
    }

    func takeAll(_ id: String) -> [Waiter] {
        state.withLock { $0.waiters.removeValue(forKey: id) ?? [] }
    }

    /// Tells all who wait for this container that it will not start.
    func dismiss(_ id: String) {
        for waiter in takeAll(id) { waiter.streams.set(nil) }
    }
}
