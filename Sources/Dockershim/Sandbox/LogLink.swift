import Linux

/// Where the kubelet looks for a container's log: a link to the file that Docker's `json-file` driver writes.
///
/// Kubelets read Docker's lines as well as the CRI's, but a log that is a link cannot be rotated by renaming.
enum LogLink {
    /// - Parameter path: of the CRI; its folder is the kubelet's to make. A file or link there is replaced, a folder never.
    static func make(at path: String, to target: String) async throws {
        try await blocking {
            try Files.removeFile(path)
            try Files.symlink(target, at: path)
        }
    }

    /// A missing link is fine.
    static func remove(_ path: String) async throws {
        guard !path.isEmpty else { return }
        try await blocking { try Files.removeFile(path) }
    }
}
