/// Media types of what a registry stores, Docker's and OCI's.
package enum MediaType {
    package static let ociManifest = "application/vnd.oci.image.manifest.v1+json"
    package static let ociIndex = "application/vnd.oci.image.index.v1+json"
    package static let ociConfig = "application/vnd.oci.image.config.v1+json"
    package static let ociLayer = "application/vnd.oci.image.layer.v1.tar+gzip"
    package static let ociPlainLayer = "application/vnd.oci.image.layer.v1.tar"
    package static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    package static let dockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json"
    package static let dockerConfig = "application/vnd.docker.container.image.v1+json"
    package static let dockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip"

    /// Of image configurations. Everything else in that place is some other artifact: a chart, a signature.
    package static func isImageConfig(_ type: String) -> Bool { [ociConfig, dockerConfig].contains(type) }

    /// What a manifest request accepts.
    package static let manifests = [ociIndex, dockerIndex, ociManifest, dockerManifest]

    /// Layers whose bytes the registry does not hold (`nondistributable`, `foreign`).
    package static func isForeign(_ type: String) -> Bool {
        type.contains(".nondistributable.") || type.contains(".foreign.")
    }
}
