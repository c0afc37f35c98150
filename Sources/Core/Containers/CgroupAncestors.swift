import Synchronization

/// The parent cgroups that this core has made, as opposed to those of the kubelet: the last container beneath one takes it
/// away. Every record beneath one names it, so that it is known after a restart as long as it is needed.
package final class CgroupAncestors: Sendable {
    private let made = Mutex<Set<String>>([])
    package init() {}

    /// - Parameter missing: ancestors of `path` that do not exist yet, or that its record names.
    /// - Returns: all ancestors of `path` that are ours, nearest the root first.
    package func add(_ missing: [String], of path: String) -> [String] {
        made.withLock { made in
            made.formUnion(missing)
            return made.filter { path.hasPrefix($0 + "/") }.sorted { $0.utf8.count < $1.utf8.count }
        }
    }

    package func forget(_ path: String) { made.withLock { _ = $0.remove(path) } }
}
