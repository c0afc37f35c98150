import Linux
import OCI

/// Parts of blobs that a broken or withdrawn pull, or a killed daemon, has left for the next pull to go on with.
struct IncomingBlobs {
    let folders: ImageFolders

    /// How long a part that nobody goes on with is kept.
    static let lifetime = Duration.seconds(24 * 3600)
    /// Parts kept at most; the oldest go first.
    static let limit = 64

    /// Removes what is too old, too many, or no part of a blob. Blocks.
    ///
    /// - Parameters:
    ///   - now: nanoseconds since 1970.
    ///   - busy: blobs that a pull is writing or reading.
    func sweep(now: Int64, except busy: Set<Digest>) throws {
        let oldest = now - Self.lifetime.components.seconds * 1_000_000_000
        var parts: [(path: String, modified: Int64)] = []
        for name in try Files.entries(of: folders.incoming) {
            let path = "\(folders.incoming)/\(name)"
            guard let digest = Digest(hex: name) else {
                try Files.removeTree(path)
                continue
            }
            guard !busy.contains(digest) else { continue }
            // Gone meanwhile: nothing to remove.
            guard let modified = Files.modified(path) else { continue }
            if modified < oldest { try Files.removeFile(path) } else { parts.append((path, modified)) }
        }
        for part in parts.sorted(by: { $0.modified > $1.modified }).dropFirst(Self.limit) {
            try Files.removeFile(part.path)
        }
    }
}
