package import OCI

package struct ImageRecord: Sendable, Codable, Equatable {
    /// Digest of the configuration document: Docker's and the CRI's image id.
    package var id: Digest
    package var tags: [Reference]
    /// References with digest, as they came from a registry.
    package var digests: [Reference]
    package var config: ImageConfig
    /// Bytes on disk of all layers, unpacked.
    package var size: UInt64
    package var createdAt: Int64
    package var lastTagged: Int64
    package var pinned: Bool
    /// Of the manifest that it came with; documents of earlier daemons do not have them.
    package var annotations: [String: String]?
    package init(
        id: Digest,
        tags: [Reference] = [],
        digests: [Reference] = [],
        config: ImageConfig,
        size: UInt64 = 0,
        createdAt: Int64 = 0,
        lastTagged: Int64 = 0,
        pinned: Bool = false,
        annotations: [String: String]? = nil
    ) {
        self.id = id
        self.tags = tags
        self.digests = digests
        self.config = config
        self.size = size
        self.createdAt = createdAt
        self.lastTagged = lastTagged
        self.pinned = pinned
        self.annotations = annotations
    }
}
