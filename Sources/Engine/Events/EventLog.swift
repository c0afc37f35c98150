import DockerAPI
import Synchronization

/// What has happened: the last events, and clients that watch for the next.
final class EventLog: Sendable {
    /// Events that a client which asks for the past can still see; Docker keeps as many.
    static let ringLimit = 256
    /// Events kept for a client that does not read; past it its stream ends.
    static let backlog = 1024

    private struct State {
        var ring: [EventMessage] = []
        var next: UInt64 = 0
        var listeners: [UInt64: AsyncStream<EventMessage>.Continuation] = [:]
    }
    private let state = Mutex(State())

    var listenerCount: Int { state.withLock { $0.listeners.count } }

    func record(_ event: EventMessage) {
        let slow = state.withLock { state -> [AsyncStream<EventMessage>.Continuation] in
            if state.ring.count == Self.ringLimit { state.ring.removeFirst() }
            state.ring.append(event)
            var slow: [AsyncStream<EventMessage>.Continuation] = []
            for (id, listener) in state.listeners {
                if case .dropped = listener.yield(event) {
                    slow.append(listener)
                    state.listeners[id] = nil
                }
            }
            return slow
        }
        for listener in slow { listener.finish() }
    }

    /// The past that is still known, and everything from this moment on.
    func listen() -> (past: [EventMessage], future: AsyncStream<EventMessage>) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EventMessage.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        let (id, past) = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = continuation
            return (state.next, state.ring)
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return (past, stream)
    }
}
