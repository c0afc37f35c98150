package import Faults
import Linux
import NIOCore
package import OCI

extension BuiltinImages {
    /// Writes both images as a docker-archive, which every engine loads.
    package static func writeArchive(to path: String) async throws(OxbowError) {
        struct Entry: Encodable {
            var Config: String
            var RepoTags: [String]
            var Layers: [String]
        }
        var tar = TarWriter()
        var entries: [Entry] = []
        for image in [try await pause(), try await shell()] {
            let layer = "\(Digest.of(image.layer).hex)/layer.tar"
            tar.add("\(Digest.of(image.layer).hex)/", .folder, mode: 0o755)
            tar.add(layer, .file, mode: 0o644, content: image.layer)
            tar.add("\(image.id.hex).json", .file, mode: 0o644, content: image.configBytes)
            entries.append(
                Entry(Config: "\(image.id.hex).json", RepoTags: image.names.map(\.familiar), Layers: [layer]))
        }
        tar.add("manifest.json", .file, mode: 0o644, content: OCIDocument.write(entries))
        let archive = Array(tar.finish().readableBytesView)
        try await ImageStore.working("archive") { try Files.write(path, archive) }
    }

    /// Puts the image that is known as `reference` (its last word is `pause` or `busybox`) into the registry that answers
    /// plain HTTP at a loopback address, under the repository and tag of the reference.
    ///
    /// - Parameter address: `127.0.0.1:5000`.
    /// - Returns: the manifest's digest.
    @discardableResult
    package static func push(_ reference: String, toRegistryAt address: String) async throws(OxbowError) -> Digest {
        let wanted = try Reference(parsing: reference).tagged
        let image: Image
        switch wanted.repository.split(separator: "/").last {
        case "pause": image = try await pause()
        case "busybox": image = try await shell()
        default: throw OxbowError(.missing, "built-in image: there is none of this name (\(reference))")
        }
        let target = try Reference(parsing: "\(address)/\(wanted.repository):\(wanted.tag ?? "latest")")
        guard RegistryEndpoint(domain: target.domain).isLoopback else {
            throw OxbowError(.badRequest, "registry: not on this host (\(address))")
        }
        let client = RegistryClient(target)
        try await client.push(.bytes(image.layer), as: Digest.of(image.layer))
        try await client.push(.bytes(image.configBytes), as: image.id)
        return try await client.putManifest(image.manifest, type: MediaType.ociManifest)
    }
}
