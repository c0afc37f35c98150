import Faults
import Linux

/// Where the kubelet looks for a container's log: a link to the file that Docker's `json-file` driver writes.
///
/// Kubelets read Docker's lines as well as the CRI's, but a log that is a link cannot be rotated by renaming.
enum LogLink {
    /// - Parameter path: of the CRI; its folder is the kubelet's to make.
    static func make(at path: String, to target: String) async throws {
        try await blocking {
            try refuseFolder(path)
            try Files.removeTree(path)
            try Files.symlink(target, at: path)
        }
    }

    /// A missing link is fine.
    static func remove(_ path: String) async throws {
        guard !path.isEmpty else { return }
        try await blocking {
            try refuseFolder(path)
            try Files.removeTree(path)
        }
    }

    /// The pod's whole log folder is named where a container has no log path of its own: it is never removed.
    private static func refuseFolder(_ path: String) throws(BridgeFailure) {
        guard (try? Files.entries(of: path)) == nil else {
            throw BridgeFailure(.taken, "log: a folder is in its place (\(path))")
        }
    }
}
