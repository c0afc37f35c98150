import OCI

/// Where the image store keeps what: the one place that knows its file names.
struct ImageFolders: Sendable, Equatable {
    let root: String

    /// Configurations and manifests, as they came, by digest.
    var content: String { root + "/content/sha256" }
    func content(_ digest: Digest) -> String { "\(content)/\(digest.hex)" }
    /// Blobs on their way in, whole or in part, by digest. What is there outlives a daemon, for `partLifetime`.
    var incoming: String { root + "/content/incoming" }
    func incoming(_ digest: Digest) -> String { "\(incoming)/\(digest.hex)" }

    /// A document per image.
    var images: String { root + "/images" }
    func image(_ id: Digest) -> String { "\(images)/\(id.hex).json" }

    /// Unpacked layers, numbered: overlay takes one page of options, so their paths must be short.
    var layers: String { root + "/layers" }
    func layer(_ number: Int) -> String { "\(layers)/\(number)" }
    func layerDocument(_ number: Int) -> String { "\(layers)/\(number).json" }
    func unpacking(_ name: String) -> String { "\(layers)/.new-\(name)" }
    func leaving(_ number: Int) -> String { "\(layers)/.gone-\(number)" }
}
