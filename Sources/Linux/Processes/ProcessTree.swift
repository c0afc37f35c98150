/// A process and everything that it started.
package enum ProcessTree {
    /// Passes over /proc before the tree counts as found. Each pass stops what it finds, so that a program can outrun it only by
    /// starting processes faster than /proc is read.
    private static let passes = 16

    /// Sends SIGKILL to the whole tree of `root`. Blocks.
    ///
    /// The tree: `root`, its descendants, and the members of its session, who may have lost their parents and outlived `root`
    /// itself. A process that left the session and lost its parent is no longer found.
    /// - Parameters:
    ///   - session: nil: that of `root`, if it is still there.
    ///   - belongs: whether a pid is one that may be killed at all; asked again right before every signal, since a pid that is
    ///     gone may come back as another program.
    package static func kill(
        _ root: Int32, session: Int32? = nil, where belongs: (Int32) -> Bool
    ) throws(SystemFailure) {
        guard root > 1 else { return }
        let session = session ?? ProcessFacts.read(root)?.session
        var stopped: Set<Int32> = []
        for _ in 0..<passes {
            let found = members(of: root, session: session, among: ProcessFacts.all())
                .filter { !stopped.contains($0) && belongs($0) }
            if found.isEmpty { break }
            for pid in found {
                try Signals.send(19, to: pid)
                stopped.insert(pid)
            }
        }
        for pid in stopped where belongs(pid) { try Signals.send(9, to: pid) }
    }

    /// Parents before their children. Zombies are not named, but their children are.
    static func members(of root: Int32, session: Int32?, among processes: [ProcessFacts]) -> [Int32] {
        var children: [Int32: [ProcessFacts]] = [:]
        for process in processes { children[process.parent, default: []].append(process) }
        var found: [Int32] = []
        var seen: Set<Int32> = []
        var waiting = processes.filter { $0.pid == root }
        if let session { waiting += processes.filter { $0.session == session && $0.pid != root } }
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            guard seen.insert(next.pid).inserted else { continue }
            if next.state != UInt8(ascii: "Z") { found.append(next.pid) }
            waiting += children[next.pid] ?? []
        }
        return found
    }
}
