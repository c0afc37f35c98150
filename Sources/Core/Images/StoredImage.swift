import OCI

/// The document of one image.
struct StoredImage: Sendable, Codable, Equatable {
    var record: ImageRecord
    /// Documents in the content folder that the image needs, its configuration among them.
    var content: [Digest]

    var id: Digest { record.id }
    var layers: [Digest] { record.config.layerDiffIDs }
}

/// The document of one unpacked layer. Layers are kept by diff id: what a folder holds depends on nothing beneath it.
struct StoredLayer: Sendable, Codable, Equatable {
    var diffID: Digest
    /// Names the folder.
    var number: Int
    /// On disk.
    var bytes: UInt64
    var inodes: UInt64
}
