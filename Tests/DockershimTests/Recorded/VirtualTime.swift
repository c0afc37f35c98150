import Synchronization

/// Time that stands still while any call works, and jumps to the next event when all of them wait.
///
/// So calls that overlapped in a recording overlap in the same way again, in no time, and the same each run.
final class VirtualTime: Sendable {
    private struct State {
        var now = 0
        /// Tasks that are neither waiting nor done.
        var working = 0
        var order = 0
        var waiting: [(until: Int, order: Int, wake: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    /// Microseconds of the recording.
    var now: Int { state.withLock { $0.now } }

    /// A task that may wait begins.
    func begin() { state.withLock { $0.working += 1 } }

    func end() {
        state.withLock { $0.working -= 1 }
        advance()
    }

    /// Waits until that time; of two that wait for the same time, the one that came first goes first.
    func wait(until time: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.waiting.append((max(time, state.now), state.order, continuation))
                state.order += 1
                state.working -= 1
            }
            advance()
        }
    }

    private func advance() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.working == 0,
                let index = state.waiting.indices.min(by: {
                    (state.waiting[$0].until, state.waiting[$0].order) < (
                        state.waiting[$1].until, state.waiting[$1].order
                    )
                })
            else { return nil }
            let event = state.waiting.remove(at: index)
            state.now = event.until
            state.working = 1
            return event.wake
        }
        next?.resume()
    }
}
