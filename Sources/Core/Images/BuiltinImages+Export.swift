package import Faults
import FoundationEssentials
import HTTPClient
import Linux
import NIOCore
package import OCI

extension BuiltinImages {
    /// Writes a docker-archive of both images, for other engines to load.
    package static func writeArchive(to path: String) async throws(OxbowError) {
        struct Entry: Encodable {
            var Config: String
            var RepoTags: [String]
            var Layers: [String]
        }
        var tar = TarWriter()
        var manifest: [Entry] = []
        for content in [try await pause(), try await shell()] {
            let config = "\(Digest.of(ByteBuffer(bytes: content.config)).hex).json"
            let layer = "\(content.diff.hex).tar"
            tar.file(config, content.config, mode: 0o644)
            tar.file(layer, content.layer, mode: 0o644)
            manifest.append(Entry(Config: config, RepoTags: content.names.map(\.familiar), Layers: [layer]))
        }
        tar.file("manifest.json", Array(OCIDocument.write(manifest).readableBytesView), mode: 0o644)
        let bytes = tar.finished()
        do {
            try await blocking { try Files.write(path, bytes) }
        } catch {
            throw OxbowError(.ours, "archive: cannot be written (\(path))", origin: error)
        }
    }

    /// Sends one of the images to a registry under another name: the pause image for a repository whose last part is
    /// `pause`, else the shell image.
    package static func push(as reference: Reference) async throws(OxbowError) {
        let isPause = reference.repository.split(separator: "/").last == "pause"
        let content = isPause ? try await pause() : try await shell()
        let registry = RegistryClient(reference)
        let (config, layer) = (ByteBuffer(bytes: content.config), ByteBuffer(bytes: content.layer))
        try await registry.push(.bytes(layer), as: content.diff)
        try await registry.push(.bytes(config), as: Digest.of(config))
        let manifest = ImageManifest(
            mediaType: MediaType.dockerManifest,
            config: Descriptor(
                mediaType: MediaType.dockerConfig, digest: Digest.of(config), size: UInt64(config.readableBytes)),
            layers: [
                Descriptor(
                    mediaType: "application/vnd.docker.image.rootfs.diff.tar", digest: content.diff,
                    size: UInt64(layer.readableBytes))
            ])
        try await registry.putManifest(OCIDocument.write(manifest), type: MediaType.dockerManifest)
    }
}
