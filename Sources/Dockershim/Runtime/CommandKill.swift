import Faults
import Linux

/// Kills a command that ran in a container for too long.
enum CommandKill {
    /// Kills the process and its descendants, once it is sure to belong to the container.
    /// - Parameter pid: on this host, as the daemon tells it.
    /// - Throws: `.wrongState` when the pid is not, or no longer, of the container.
    @Sendable
    static func kill(_ pid: Int, container: String) async throws {
        try await blocking {
            let path = "/proc/\(pid)/cgroup"
            guard pid > 1, let bytes = try? Files.read(path), String(decoding: bytes, as: UTF8.self).contains(container)
            else { throw BridgeFailure(.wrongState, "process: not of the container (\(pid))") }
            for process in tree(Int32(pid), ProcessFacts.all().map { ($0.pid, $0.parent) }) {
                try Signals.send(9, to: process)
            }
        }
    }

    /// The process first, so that it starts no more children while they are being killed.
    static func tree(_ root: Int32, _ processes: [(pid: Int32, parent: Int32)]) -> [Int32] {
        var found = [root]
        var next = 0
        while next < found.count {
            let parent = found[next]
            found += processes.filter { $0.parent == parent && !found.contains($0.pid) }.map(\.pid)
            next += 1
        }
        return found
    }
}
