import Synchronization

/// Hands every change to every listener, in order.
///
/// A listener that falls more than `backlog` changes behind is ended: its stream finishes, and it has to list the
/// containers again. That keeps a listener that does not read from growing the daemon.
package final class EventBroadcast: Sendable {
    /// Changes kept for a listener that has not read them yet.
    package static let backlog = 1024

    private struct State {
        var next: UInt64 = 0
        var listeners: [UInt64: (continuation: AsyncStream<CoreEvent>.Continuation, gap: Latch<Void>)] = [:]
    }
    private let state = Mutex(State())

    package init() {}

    package var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// Everything sent from this moment on.
    package func listen() -> CoreEvents {
        let gap = Latch<Void>()
        let (stream, continuation) = AsyncStream.makeStream(
            of: CoreEvent.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        let id = state.withLock { state -> UInt64 in
            state.next += 1
            state.listeners[state.next] = (continuation, gap)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return CoreEvents(stream: stream, gap: gap)
    }

    package func send(_ event: CoreEvent) {
        // The lock is held while yielding, so that two senders cannot swap their order for one listener; yielding to a
        // stream never runs the listener's code.
        let slow = state.withLock { state -> [AsyncStream<CoreEvent>.Continuation] in
            var slow: [AsyncStream<CoreEvent>.Continuation] = []
            for (id, listener) in state.listeners {
                if case .dropped = listener.continuation.yield(event) {
                    listener.gap.set(())
                    slow.append(listener.continuation)
                    state.listeners[id] = nil
                }
            }
            return slow
        }
        for listener in slow { listener.finish() }
    }

    /// Ends every listener's stream.
    package func finish() {
        let all = state.withLock { state in
            defer { state.listeners = [:] }
            return state.listeners.values.map(\.continuation)
        }
        for listener in all { listener.finish() }
    }
}

/// What a listener hears, until it falls behind or the core ends.
package struct CoreEvents: AsyncSequence, Sendable {
    fileprivate let stream: AsyncStream<CoreEvent>
    fileprivate let gap: Latch<Void>

    /// Once the events have ended: whether they did so because the listener was too slow.
    package var fellBehind: Bool { gap.value != nil }

    package func makeAsyncIterator() -> AsyncStream<CoreEvent>.AsyncIterator { stream.makeAsyncIterator() }
}
