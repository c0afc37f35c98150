import Synchronization

/// The connections that a server has now, so that they can be told to end.
final class OpenConnections: Sendable {
    /// Tells one connection to take no more work, and to end within the time given.
    typealias Drain = @Sendable (Duration) -> Void

    private struct State {
        var open: [Int: Drain] = [:]
        var next = 0
        var isDraining = false
    }
    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: nil when there is no place for one more; else a number to `leave` with.
    func admit(_ drain: @escaping Drain) -> Int? {
        state.withLock { state in
            guard !state.isDraining, state.open.count < limit else { return nil }
            state.next += 1
            state.open[state.next] = drain
            return state.next
        }
    }

    func leave(_ number: Int) { _ = state.withLock { $0.open.removeValue(forKey: number) } }

    /// From now on nobody is admitted, and everybody has `grace`.
    func drain(grace: Duration) {
        let open = state.withLock { state in
            state.isDraining = true
            return Array(state.open.values)
        }
        for drain in open { drain(grace) }
    }
}
