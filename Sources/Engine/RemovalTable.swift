import Synchronization

/// Containers that are being removed: a second removal is refused instead of racing the first.
final class RemovalTable: Sendable {
    private let ids = Mutex<Set<String>>([])

    /// - Returns: false when somebody else is at it.
    func begin(_ id: String) -> Bool { ids.withLock { $0.insert(id).inserted } }
    func end(_ id: String) { _ = ids.withLock { $0.remove(id) } }
}
