import Faults
import Glibc
import Linux
import NIOCore
import OCI

/// Content of an image that lies in files: what an import or a pull has brought.
struct ImageContent: Sendable {
    var config: [UInt8]
    /// Paths of the layers' tars, of any compression, lowest first.
    var layers: [String]
}

extension ImageStore {
    /// Unpacks what is not there yet and records the image.
    ///
    /// The caller holds the `images` queue.
    /// - Parameter names: tags and digest references it gets.
    /// - Throws: `.badRequest` when the configuration and the layers do not belong together.
    func add(
        _ content: ImageContent, names: [Reference], progress: @escaping @Sendable (Digest, Bool) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        let bytes = ByteBuffer(bytes: content.config)
        let id = Digest.of(bytes)
        let document = try OCIDocument.read(
            ImageConfigDocument.self, from: bytes, noun: "image configuration", limit: ImageConfigDocument.limit)
        let config = ImageConfig(document)
        guard config.layerDiffIDs.count == content.layers.count else {
            throw OxbowError(
                .badRequest,
                "image: \(content.layers.count) layers, but its configuration names \(config.layerDiffIDs.count)")
        }
        guard content.layers.count <= ImageConfigDocument.layerLimit, !content.layers.isEmpty else {
            throw OxbowError(.badRequest, "image: not between 1 and \(ImageConfigDocument.layerLimit) layers")
        }
        var layers: [StoredImage.Layer] = []
        for (index, chain) in Digest.chain(config.layerDiffIDs).enumerated() {
            let (diff, tar) = (config.layerDiffIDs[index], content.layers[index])
            progress(diff, false)
            layers.append(try await host("layer") { try self.layer(diff, chain: chain, from: tar) })
            progress(diff, true)
        }
        var stored = self.stored(id) ?? StoredImage(record: ImageRecord(id: id, config: config), layers: layers)
        stored.record.size = layers.reduce(0) { $0 + $1.size }
        stored.record.createdAt = Timestamp(rfc3339: config.created)?.nanoseconds ?? 0
        stored.record.lastTagged = Timestamp.now().nanoseconds
        let (blob, written) = (folders.blob(id), content.config)
        try await host("configuration") { try Files.writeDurably(blob, written) }
        try await save(stored, naming: names)
        return self.stored(id)?.record ?? stored.record
    }

    /// The folder of one layer, unpacked now unless it is there. Blocks.
    private func layer(_ diff: Digest, chain: Digest, from tar: String) throws -> StoredImage.Layer {
        let folder = folders.layer(chain)
        if !Files.exists(folder) {
            let unfinished = "\(folders.unfinished)/\(chain.hex.prefix(24))"
            try Files.removeTree(unfinished)
            try Files.makeFolders(unfinished)
            do {
                let found = try LayerUnpacking().unpack(tar, into: unfinished)
                guard found == diff else {
                    throw OxbowError(.badRequest, "layer: its digest is \(found), not \(diff)")
                }
                try Files.synchronise(fileSystemOf: unfinished)
                try Files.rename(unfinished, folder)
                try Files.synchronise(folder: folders.layers)
            } catch {
                try Files.removeTree(unfinished)
                throw error
            }
        }
        let usage = try Files.usage(of: folder)
        return StoredImage.Layer(diff: diff, chain: chain, size: usage.bytes, inodes: usage.inodes)
    }
}
