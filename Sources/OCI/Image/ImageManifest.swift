/// One image for one platform: OCI manifest or Docker's schema 2.
package struct ImageManifest: Sendable, Codable, Equatable {
    package var schemaVersion: Int
    package var mediaType: String?
    package var config: Descriptor
    /// Lowest first.
    package var layers: [Descriptor]
    package var annotations: [String: String]?

    /// Bytes of one manifest or index.
    package static let limit = 4 << 20

    package init(mediaType: String?, config: Descriptor, layers: [Descriptor]) {
        schemaVersion = 2
        self.mediaType = mediaType
        self.config = config
        self.layers = layers
    }
}

/// The images of one name for several platforms: OCI index or Docker's manifest list.
package struct ImageIndex: Sendable, Codable, Equatable {
    package var schemaVersion: Int?
    package var mediaType: String?
    package var manifests: [Descriptor]

    package init(mediaType: String? = nil, manifests: [Descriptor]) {
        schemaVersion = 2
        self.mediaType = mediaType
        self.manifests = manifests
    }

    /// The entry for a platform; else the only one that names none.
    package func choice(for platform: Descriptor.Platform = .host) -> Descriptor? {
        let fits = manifests.filter {
            $0.platform?.os == platform.os && $0.platform?.architecture == platform.architecture
        }
        if let fit = fits.first(where: { $0.platform?.variant == platform.variant }) ?? fits.first { return fit }
        let unnamed = manifests.filter { $0.platform == nil }
        return unnamed.count == 1 ? unnamed.first : nil
    }
}

/// Either, told apart by what is in it: media types are optional in OCI documents.
package enum ManifestDocument: Sendable, Equatable {
    case manifest(ImageManifest)
    case index(ImageIndex)
}
