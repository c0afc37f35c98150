import Faults
import Linux
import NIOCore
import OCI

/// What an image archive holds, read in one pass over its small documents: docker-archive or OCI layout.
struct ImageArchive {
    struct Image: Equatable {
        var config: ByteBuffer
        var names: [Reference]
        /// The archive's entries of its layers, lowest first.
        var layers: [String]
        /// The OCI manifest, when the archive has one.
        var manifest: ByteBuffer?
    }
    var images: [Image]

    /// Bytes of one document, and of all together.
    static let documentLimit = ImageManifest.limit
    static let documentsLimit = 64 << 20
    private static let linkDepth = 8

    /// Entries by name, without a leading `./`.
    struct Listing {
        var documents: [String: ByteBuffer] = [:]
        /// Sizes of regular files.
        var files: [String: Int] = [:]
        /// What a link leads to.
        var links: [String: String] = [:]

        /// The regular file that a name stands for; `docker save` links equal layers.
        func target(of name: String) -> String? {
            var name = name
            for _ in 0..<ImageArchive.linkDepth {
                if files[name] != nil { return name }
                guard let next = links[name] else { return nil }
                name = next
            }
            return nil
        }

        func document(_ name: String) throws(OxbowError) -> ByteBuffer {
            guard let file = target(of: name), let bytes = documents[file] else {
                throw OxbowError(.badRequest, "archive: document is missing (\(name))")
            }
            return bytes
        }
    }

    /// Reads every entry's header and the small documents. Blocks.
    static func list(_ reader: ArchiveReader) throws -> Listing {
        var listing = Listing()
        var total = 0
        while let entry = try reader.next() {
            guard let name = normalised(entry.path.description, in: "") else { continue }
            switch entry.kind {
            case .file:
                listing.files[name] = entry.size
                guard entry.size <= documentLimit, name.hasSuffix(".json") || name.hasPrefix("blobs/") else { continue }
                let bytes = try reader.data(limit: documentLimit)
                let isDocument = bytes.first { ![9, 10, 13, 32].contains($0) }
                guard isDocument == UInt8(ascii: "{") || isDocument == UInt8(ascii: "[") else { continue }
                total += bytes.count
                guard total <= documentsLimit else {
                    throw OxbowError(.badRequest, "archive: documents longer than \(documentsLimit) bytes")
                }
                listing.documents[name] = ByteBuffer(bytes: bytes)
            case .symlink(let target):
                let folder = name.split(separator: "/").dropLast().joined(separator: "/")
                listing.links[name] = normalised(target.description, in: folder)
            case .hardLink(let target): listing.links[name] = normalised(target.description, in: "")
            case .folder, .node: continue
            }
        }
        return listing
    }

    /// Without `.` and `..`; nil for what leads out of the archive.
    static func normalised(_ path: String, in folder: String) -> String? {
        guard !path.hasPrefix("/") else { return nil }
        var parts = folder.split(separator: "/")
        for part in path.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(part)
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: "/")
    }

    init(_ listing: Listing) throws(OxbowError) {
        // Docker from 25 on writes both; its own document has the tags as Docker means them.
        if listing.target(of: "manifest.json") != nil {
            images = try Self.dockerImages(listing)
        } else if listing.target(of: "index.json") != nil {
            images = try Self.layoutImages(listing)
        } else {
            throw OxbowError(.badRequest, "archive: neither manifest.json nor index.json is in it")
        }
        for image in images {
            for layer in image.layers where listing.target(of: layer) == nil {
                throw OxbowError(.badRequest, "archive: layer is missing (\(layer))")
            }
        }
        images = images.map { image in
            var image = image
            image.layers = image.layers.compactMap(listing.target(of:))
            return image
        }
    }

    private struct DockerEntry: Decodable {
        var Config: String
        var RepoTags: [String]?
        var Layers: [String]
    }

    private static func dockerImages(_ listing: Listing) throws(OxbowError) -> [Image] {
        let entries = try OCIDocument.read(
            [DockerEntry].self, from: try listing.document("manifest.json"), noun: "manifest.json")
        var images: [Image] = []
        for entry in entries {
            var names: [Reference] = []
            for tag in entry.RepoTags ?? [] { names.append(try Reference(parsing: tag).tagged) }
            images.append(
                Image(config: try listing.document(entry.Config), names: names, layers: entry.Layers, manifest: nil))
        }
        return images
    }

    private static func layoutImages(_ listing: Listing) throws(OxbowError) -> [Image] {
        let index = try OCIDocument.read(ImageIndex.self, from: try listing.document("index.json"), noun: "index.json")
        var images: [Image] = []
        for descriptor in index.manifests {
            var document = try content(descriptor, listing)
            if case .index(let inner) = try OCIDocument.manifest(from: document) {
                guard let choice = inner.choice() else {
                    throw OxbowError(.badRequest, "archive: no image for this host's platform")
                }
                document = try content(choice, listing)
            }
            guard case .manifest(let manifest) = try OCIDocument.manifest(from: document) else {
                throw OxbowError(.badRequest, "archive: index within an index")
            }
            images.append(
                Image(
                    config: try content(manifest.config, listing), names: name(descriptor).map { [$0] } ?? [],
                    layers: manifest.layers.map { blob($0.digest) }, manifest: document))
        }
        return images
    }

    private static func blob(_ digest: Digest) -> String { "blobs/sha256/\(digest.hex)" }

    private static func content(_ descriptor: Descriptor, _ listing: Listing) throws(OxbowError) -> ByteBuffer {
        let bytes = try listing.document(blob(descriptor.digest))
        guard Digest.of(bytes) == descriptor.digest else {
            throw OxbowError(.badRequest, "archive: content does not fit its digest (\(descriptor.digest))")
        }
        return bytes
    }

    /// containerd's whole name, else a reference name that is more than a tag.
    private static func name(_ descriptor: Descriptor) -> Reference? {
        let annotations = descriptor.annotations ?? [:]
        if let name = annotations["io.containerd.image.name"] { return (try? Reference(parsing: name))?.tagged }
        guard let name = annotations["org.opencontainers.image.ref.name"], name.contains("/") || name.contains(":")
        else {
            return nil
        }
        return (try? Reference(parsing: name))?.tagged
    }
}
