/// A cgroup with everything beneath it, taken away whatever is still in there.
package struct CgroupSweep: Sendable {
    private let tree: CgroupTree
    private let root: String

    /// - Parameter root: begins with "/".
    package init(tree: CgroupTree, root: String) {
        self.tree = tree
        self.root = root
    }

    /// Kills what is left and removes the cgroups, deepest first. Blocks: use `blocking`.
    /// - Returns: how many processes had to be killed.
    package func run() throws(SystemFailure) -> Int {
        var killed: Set<Int32> = []
        for _ in 0..<Self.rounds {
            let left = processes()
            if left.isEmpty { break }
            for pid in left { try Signals.send(9, to: pid) }
            killed.formUnion(left)
        }
        for group in groups().sorted(by: { $0.utf8.count > $1.utf8.count }) { tree.remove(group) }
        return killed.count
    }

    /// A process that is being killed may start another until it is gone.
    private static let rounds = 100

    private func processes() -> [Int32] {
        ProcessFacts.all().filter { facts in
            // What has ended and waits for its parent is in no cgroup's way.
            guard facts.state != UInt8(ascii: "Z"), let path = tree.path(of: facts.pid) else { return false }
            return path == root || path.hasPrefix(root + "/")
        }.map(\.pid)
    }

    private func groups() -> Set<String> {
        var found: Set<String> = []
        for mount in Set(tree.roots.values) {
            var open = [root]
            while let group = open.popLast() {
                // A hierarchy in which the cgroup was never made has nothing to remove.
                guard let names = try? Files.entries(of: mount + group) else { continue }
                found.insert(group)
                open += names.map { group + "/" + $0 }.filter { Files.isFolder(mount + $0) }
            }
        }
        return found
    }
}
