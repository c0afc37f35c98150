import OCI

/// Where images are kept beneath a core's root.
struct ImageFolders: Sendable {
    let root: String

    /// A document for each image, named by its id.
    var images: String { root + "/images" }
    /// Unpacked layers. Short names: overlay takes one page of options for all of them.
    var layers: String { root + "/layers" }
    /// What is not complete; emptied at every start.
    var unfinished: String { root + "/unfinished" }
    /// Configuration documents by digest.
    var content: String { root + "/content/sha256" }

    func document(_ image: Digest) -> String { "\(images)/\(image.hex).json" }
    func layer(_ chain: Digest) -> String { "\(layers)/\(chain.hex.prefix(24))" }
    func blob(_ digest: Digest) -> String { "\(content)/\(digest.hex)" }
}
