import Synchronization

/// The connections that a server has now, so that they can be told to end.
final class ServerConnections: Sendable {
    /// Tells one connection to take no more calls, and to end within the time given.
    typealias Drain = @Sendable (Duration) -> Void

    private struct State {
        var open: [Int: Drain] = [:]
        var next = 0
        var grace: Duration?
    }
    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: nil when there is no place for one more; else what gives the place back.
    func admit(_ drain: @escaping Drain) -> (@Sendable () -> Void)? {
        let id: Int? = state.withLock { state in
            guard state.grace == nil, state.open.count < limit else { return nil }
            state.next += 1
            state.open[state.next] = drain
            return state.next
        }
        guard let id else { return nil }
        return { [self] in _ = state.withLock { $0.open.removeValue(forKey: id) } }
    }

    /// From now on nobody is admitted, and everybody has `grace`.
    func drain(grace: Duration) {
        let open = state.withLock { state in
            state.grace = grace
            return Array(state.open.values)
        }
        for drain in open { drain(grace) }
    }
}
