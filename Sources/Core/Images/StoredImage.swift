import OCI

/// An image as its document on disk tells: the record, and which unpacked layers and blobs are its own.
struct StoredImage: Sendable, Codable {
    struct Layer: Sendable, Codable, Equatable {
        /// Of the uncompressed tar.
        var diff: Digest
        /// Names the folder: the same layers in the same order are unpacked once, whatever image they belong to.
        var chain: Digest
        var size: UInt64
        var inodes: UInt64
    }

    var record: ImageRecord
    /// Lowest first.
    var layers: [Layer]
}

extension Digest {
    /// The chain ids of a list of diff ids. Source: opencontainers/image-spec 1.0, config.md, "Layer ChainID".
    static func chain(_ diffs: [Digest]) -> [Digest] {
        var chain: [Digest] = []
        for diff in diffs {
            chain.append(chain.last.map { Digest.of(.init(string: "\($0) \(diff)")) } ?? diff)
        }
        return chain
    }
}
