import Synchronization

/// Something that happens once, and one task that waits for it.
final class Signal: Sendable {
    private enum State {
        case quiet
        case awaited(CheckedContinuation<Void, Never>)
        case given
    }
    private let state = Mutex(State.quiet)

    func give() {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .given }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    /// - Precondition: awaited by one task only.
    func wait() async {
        await withCheckedContinuation { continuation in
            let given = state.withLock { state in
                if case .given = state { return true }
                state = .awaited(continuation)
                return false
            }
            if given { continuation.resume() }
        }
    }
}
