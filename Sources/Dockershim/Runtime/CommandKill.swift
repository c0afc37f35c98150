import Faults
import Linux

/// Kills a command that ran in a container for too long.
enum CommandKill {
    /// Kills the process and all that it started, once it is sure to belong to the container.
    /// - Parameter pid: on this host, as the daemon tells it.
    /// - Throws: `.wrongState` when the pid is not, or no longer, of the container.
    @Sendable
    static func kill(_ pid: Int, container: String) async throws {
        try await blocking {
            guard pid > 1, belongs(Int32(pid), to: container) else {
                throw BridgeFailure(.wrongState, "process: not of the container (\(pid))")
            }
            try ProcessTree.kill(Int32(pid)) { belongs($0, to: container) }
        }
    }

    private static func belongs(_ pid: Int32, to container: String) -> Bool {
        guard let bytes = try? Files.read("/proc/\(pid)/cgroup", limit: 16 << 10) else { return false }
        return String(decoding: bytes, as: UTF8.self).contains(container)
    }
}
