package import Faults
import FoundationEssentials
import Linux
import NIOCore
import OCI

extension ImageStore {
    /// Reads a docker-archive or an OCI layout, of any compression.
    package func importImages(
        fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(OxbowError) -> [ImportedImage] {
        let folder = "\(folders.unfinished)/import-\(UInt64.random(in: 0...UInt64.max))"
        let result: Result<[ImportedImage], OxbowError>
        do throws(OxbowError) {
            let found = try await host("archive") { try ImageArchive.read(path, unpackingInto: folder) }
            result = .success(
                try await changes.run("images") { () async throws(OxbowError) in
                    var imported: [ImportedImage] = []
                    for image in found {
                        let record = try await self.add(image.content, names: image.names) { layer, done in
                            progress(ImportProgress(layer: layer, current: done ? 1 : 0, total: 1))
                        }
                        imported.append(ImportedImage(image: record, names: image.names))
                    }
                    return imported
                })
        } catch {
            result = .failure(error)
        }
        try await host("archive") { try Files.removeTree(folder) }
        return try result.get()
    }
}

/// A saved image archive, its files laid out in a folder.
struct ImageArchive: Sendable {
    var content: ImageContent
    var names: [Reference]

    /// Entries that are neither files nor links have no place in an image archive.
    private static let entryLimit = 10_000

    /// Blocks.
    /// - Throws: `.badRequest` for what is no tar, no image archive, or leads out of itself.
    static func read(_ path: String, unpackingInto folder: String) throws -> [ImageArchive] {
        try Files.makeFolders(folder, mode: 0o700)
        do {
            try unpack(path, into: folder)
        } catch let failure as ArchiveFailure {
            throw OxbowError(.badRequest, "archive: \(failure)", origin: failure)
        }
        if let manifest = try file("manifest.json", in: folder) { return try saved(manifest, in: folder) }
        if let index = try file("index.json", in: folder) { return try layout(index, in: folder) }
        throw OxbowError(.badRequest, "archive: neither manifest.json nor index.json in it")
    }

    private static func unpack(_ path: String, into folder: String) throws {
        let reader = try ArchiveReader(path: path)
        let root = try RootedFolder(folder)
        var count = 0
        while let entry = try reader.next() {
            count += 1
            guard count <= entryLimit else {
                throw OxbowError(.tooLarge, "archive: more than \(entryLimit) entries")
            }
            let name = try EntryName(entry.name)
            guard !name.path.isEmpty else { continue }
            switch entry.kind {
            case .file: try root.place(name.path, .file, .init(mode: 0o600)) { try reader.content(to: $0) }
            case .folder: try root.place(name.path, .folder, .init(mode: 0o700))
            // `docker save` writes a layer that two images share as a link to the other's.
            case .symlink(let target): try root.place(name.path, .symlink(target: target), .init(mode: 0o777))
            case .hardlink(let target):
                try root.place(name.path, .hardlink(target: try EntryName(target).path), .init(mode: 0o600))
            case .node, .other: throw OxbowError(.badRequest, "archive: not an image's file (\(entry.name))")
            }
        }
    }

    /// The real path of a file of the archive, links resolved within it; nil when it is not there.
    private static func place(_ name: String, in folder: String) throws -> String? {
        do {
            return try Files.resolve(try EntryName(name).path, inside: folder)
        } catch let failure as SystemFailure where failure.isNotFound {
            return nil
        }
    }

    private static func file(_ name: String, in folder: String) throws -> ByteBuffer? {
        guard let path = try place(name, in: folder) else { return nil }
        return ByteBuffer(bytes: try Files.read(path, limit: ImageManifest.limit))
    }

    private static func required(_ name: String, in folder: String) throws -> String {
        guard let path = try place(name, in: folder) else {
            throw OxbowError(.badRequest, "archive: a file it names is not in it (\(name))")
        }
        return path
    }

    private struct SavedImage: Decodable {
        var config: String
        var repoTags: [String]?
        var layers: [String]

        private enum CodingKeys: String, CodingKey {
            case config = "Config"
            case repoTags = "RepoTags"
            case layers = "Layers"
        }
    }

    /// docker-archive: `manifest.json` lists images by the names of their files.
    private static func saved(_ manifest: ByteBuffer, in folder: String) throws -> [ImageArchive] {
        let images = try OCIDocument.read([SavedImage].self, from: manifest, noun: "manifest.json")
        return try images.map { image in
            let config = try Files.read(try required(image.config, in: folder), limit: ImageConfigDocument.limit)
            let layers = try image.layers.map { try required($0, in: folder) }
            let names = try (image.repoTags ?? []).map { try Reference(parsing: $0).tagged }
            return ImageArchive(content: ImageContent(config: config, layers: layers), names: names)
        }
    }

    /// OCI layout: `index.json` leads to manifests in `blobs/`.
    private static func layout(_ index: ByteBuffer, in folder: String) throws -> [ImageArchive] {
        guard case .index(let index) = try OCIDocument.manifest(from: index) else {
            throw OxbowError(.badRequest, "archive: index.json is no index")
        }
        return try index.manifests.compactMap { descriptor in
            let annotations = descriptor.annotations ?? [:]
            let name = annotations["io.containerd.image.name"] ?? annotations["org.opencontainers.image.ref.name"]
            guard let manifest = try resolve(descriptor, in: folder) else { return nil }
            let config = try Files.read(
                try required(blob(manifest.config.digest), in: folder), limit: ImageConfigDocument.limit)
            let layers = try manifest.layers.map { try required(blob($0.digest), in: folder) }
            // A bare `ref.name` may be only a tag, which names no repository.
            let names = name.flatMap { $0.contains("/") || $0.contains(":") ? try? Reference(parsing: $0).tagged : nil }
            return ImageArchive(content: ImageContent(config: config, layers: layers), names: names.map { [$0] } ?? [])
        }
    }

    private static func resolve(_ descriptor: Descriptor, in folder: String) throws -> ImageManifest? {
        let path = try required(blob(descriptor.digest), in: folder)
        let bytes = ByteBuffer(bytes: try Files.read(path, limit: ImageManifest.limit))
        guard Digest.of(bytes) == descriptor.digest else {
            throw OxbowError(.badRequest, "archive: a blob is not what its name says (\(descriptor.digest))")
        }
        switch try OCIDocument.manifest(from: bytes) {
        case .manifest(let manifest): return manifest
        // An image for other platforms only is passed over; an index in an index goes no deeper than its file.
        case .index(let index): return try index.choice().flatMap { try resolve($0, in: folder) }
        }
    }

    private static func blob(_ digest: Digest) -> String { "blobs/sha256/\(digest.hex)" }
}
