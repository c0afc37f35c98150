import Synchronization

/// Sandboxes between two states, of which only this process knows.
///
/// One that is being made is not shown: a kubelet would take what is not ready yet for a sandbox that has ended. One that is
/// being removed takes no new container.
final class SandboxTransitions: Sendable {
    private struct State {
        var making: Set<String> = []
        /// How many calls remove it at the same time.
        var removing: [String: Int] = [:]
    }
    private let state = Mutex(State())

    func beginMaking(_ id: String) { state.withLock { _ = $0.making.insert(id) } }
    func endMaking(_ id: String) { state.withLock { _ = $0.making.remove(id) } }
    func isBeingMade(_ id: String) -> Bool { state.withLock { $0.making.contains(id) } }
    var inMaking: Set<String> { state.withLock { $0.making } }

    func beginRemoving(_ id: String) { state.withLock { $0.removing[id, default: 0] += 1 } }
    func endRemoving(_ id: String) {
        state.withLock { state in
            let left = (state.removing[id] ?? 0) - 1
            state.removing[id] = left > 0 ? left : nil
        }
    }
    func isBeingRemoved(_ id: String) -> Bool { state.withLock { $0.removing[id] != nil } }
}
