import Linux
import NIOCore
package import OCI

/// An image made up for a test, as a registry has it.
package struct TestImage: Sendable {
    package struct Layer: Sendable {
        package var blob: [UInt8]
        package var digest: Digest
        package var diffID: Digest
        package var type: String

        /// - Parameter digest: other than the blob's own: a lie.
        package init(blob: [UInt8], digest: Digest? = nil, diffID: Digest, type: String) {
            self.blob = blob
            self.digest = digest ?? Digest.of(ByteBuffer(bytes: blob))
            self.diffID = diffID
            self.type = type
        }
    }
    package enum Format: Sendable, CaseIterable { case docker, oci }
    package enum Packing: String, Sendable, CaseIterable { case plain, gzip, zstd }

    package var layers: [Layer]
    package var config: [UInt8]
    package var manifest: [UInt8]
    package var manifestType: String

    /// Digest of the configuration.
    package var id: Digest { Digest.of(ByteBuffer(bytes: config)) }
    /// Digest of the manifest.
    package var digest: Digest { Digest.of(ByteBuffer(bytes: manifest)) }

    package init(
        layers: [Layer], format: Format = .oci, platform: Descriptor.Platform = .host,
        annotations: [String: String] = [:], configure: (inout ImageConfig) -> Void = { _ in }
    ) {
        var config = ImageConfig(command: ["/bin/sh"], created: "2024-01-01T00:00:00Z")
        (config.architecture, config.os) = (platform.architecture, platform.os)
        config.layerDiffIDs = layers.map(\.diffID)
        configure(&config)
        let document = OCIDocument.write(ImageConfigDocument(config))
        self.layers = layers
        self.config = Array(document.readableBytesView)
        manifestType = format == .oci ? MediaType.ociManifest : MediaType.dockerManifest
        var manifest = ImageManifest(
            mediaType: manifestType,
            config: Descriptor(
                mediaType: format == .oci ? MediaType.ociConfig : MediaType.dockerConfig, digest: Digest.of(document),
                size: UInt64(document.readableBytes)),
            layers: layers.map { Descriptor(mediaType: $0.type, digest: $0.digest, size: UInt64($0.blob.count)) })
        if !annotations.isEmpty { manifest.annotations = annotations }
        self.manifest = Array(OCIDocument.write(manifest).readableBytesView)
    }

    /// One layer with these files, each readable and executable.
    package static func make(
        _ files: [String: String], packing: Packing = .gzip, format: Format = .oci,
        platform: Descriptor.Platform = .host, annotations: [String: String] = [:],
        configure: (inout ImageConfig) -> Void = { _ in }
    ) async throws -> TestImage {
        var tar = TestTar()
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            tar.add(name, content: Array(text.utf8), mode: 0o755)
        }
        let layer = try await layer(tar.finished, packing, format)
        return TestImage(
            layers: [layer], format: format, platform: platform, annotations: annotations, configure: configure)
    }

    /// One layer with a shell that runs, and a file of these bytes that makes it different from every other.
    package static func shell(
        marked mark: [UInt8], configure: (inout ImageConfig) -> Void = { _ in }
    ) async throws -> TestImage {
        let busybox = try await blocking { try Files.read("/bin/busybox", limit: 64 << 20) }
        var tar = TestTar()
        tar.folder("bin")
        tar.add("bin/sh", content: busybox, mode: 0o755)
        tar.add("mark", content: mark)
        let layer = try await layer(tar.finished, .plain, .oci)
        return TestImage(layers: [layer], configure: configure)
    }

    package static func layer(_ tar: [UInt8], _ packing: Packing, _ format: Format = .oci) async throws -> Layer {
        let oci: [Packing: String] = [.plain: "", .gzip: "+gzip", .zstd: "+zstd"]
        let docker: [Packing: String] = [.plain: "", .gzip: ".gzip", .zstd: ".zstd"]
        let type =
            format == .oci
            ? "application/vnd.oci.image.layer.v1.tar\(oci[packing] ?? "")"
            : "application/vnd.docker.image.rootfs.diff.tar\(docker[packing] ?? "")"
        let diffID = Digest.of(ByteBuffer(bytes: tar))
        return Layer(blob: try await packed(tar, packing), diffID: diffID, type: type)
    }

    private static func packed(_ bytes: [UInt8], _ packing: Packing) async throws -> [UInt8] {
        guard packing != .plain else { return bytes }
        let command = Command(packing.rawValue, packing == .gzip ? ["-nc"] : ["-qc"])
        return try await Processes.shared.run(command, input: bytes, outputLimit: 64 << 20).output
    }
}
