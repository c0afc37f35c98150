package import Faults
import Linux
import NIOCore
import OCI
import Synchronization

extension ImageStore {
    /// Reads a docker-archive or OCI layout tar (any compression) from a file on this host.
    /// - Throws: `.badRequest` for what is no image archive; nothing of it stays then.
    package func importImages(
        fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(OxbowError) -> [ImportedImage] {
        let (archive, sizes) = try await working("archive") {
            let listing = try ImageArchive.list(try Self.outerReader(path))
            return (try ImageArchive(listing), listing.files)
        }
        var plans: [ImportPlan] = []
        for image in archive.images { plans.append(try ImportPlan(image)) }
        let layers = plans.flatMap(\.layers)
        return try await holding(layers.map(\.diffID)) { [plans] in
            try await self.unpack(layers, of: path, sizes, progress)
            var imported: [ImportedImage] = []
            for plan in plans { imported.append(try await self.record(plan)) }
            return imported
        }
    }

    /// One image of an archive, checked.
    private struct ImportPlan: Sendable {
        let image: ImageArchive.Image
        let id: Digest
        let config: ImageConfig
        /// Entry and diff id, lowest first.
        let layers: [(entry: String, diffID: Digest)]

        init(_ image: ImageArchive.Image) throws(OxbowError) {
            self.image = image
            id = Digest.of(image.config)
            config = try ImageStore.configuration(image.config, layers: image.layers.count)
            layers = Array(zip(image.layers, config.layerDiffIDs))
        }
    }

    /// Reads a configuration and compares its count of layers with the manifest's.
    static func configuration(_ bytes: ByteBuffer, layers: Int) throws(OxbowError) -> ImageConfig {
        let document = try OCIDocument.read(
            ImageConfigDocument.self, from: bytes, noun: "image configuration", limit: ImageConfigDocument.limit)
        let config = ImageConfig(document)
        guard config.layerDiffIDs.count == layers else {
            throw OxbowError(
                .badRequest, "image: \(layers) layers, but \(config.layerDiffIDs.count) in its configuration")
        }
        guard layers <= ImageConfigDocument.layerLimit else {
            throw OxbowError(.badRequest, "image: too many layers (\(layers))")
        }
        return config
    }

    private static func outerReader(_ path: String) throws -> ArchiveReader {
        try ArchiveReader.tar(try PlainSource(try FileSource(path)))
    }

    /// Second pass: unpacks the layers where they lie in the archive, in its order.
    private func unpack(
        _ layers: [(entry: String, diffID: Digest)], of path: String, _ sizes: [String: Int],
        _ progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws {
        let wanted = Dictionary(layers.map { ($0.entry, $0.diffID) }) { first, _ in first }
        let missing = wanted.filter { entry in table.withLock { $0.layers[entry.value] } == nil }
        guard !missing.isEmpty else { return }
        let withdrawn = UnpackWatch()
        try await withTaskCancellationHandler {
            try await blocking {
                let reader = try Self.outerReader(path)
                var left = missing
                while !left.isEmpty, let entry = try reader.next() {
                    guard entry.kind == .file, let name = ImageArchive.normalised(entry.path.description, in: ""),
                        let diffID = left.removeValue(forKey: name)
                    else { continue }
                    let total = UInt64(sizes[name] ?? 0)
                    let watch = UnpackWatch { count in
                        progress(ImportProgress(layer: diffID, current: min(count, total), total: total))
                    }
                    let source = WatchedSource(EntrySource(reader), withdrawn)
                    try self.addLayer(diffID, from: source, watch: watch)
                }
            }
        } onCancel: {
            withdrawn.stop()
        }
    }

    private func record(_ plan: ImportPlan) async throws(OxbowError) -> ImportedImage {
        try await working("image") {
            try self.add(
                plan.config, id: plan.id, documents: [plan.image.config] + [plan.image.manifest].compactMap { $0 },
                tags: plan.image.names, digests: [])
        }
        guard let record = table.withLock({ $0.images[plan.id]?.record }) else {
            throw OxbowError(.missing, "image: removed while it was imported (\(plan.id))")
        }
        return ImportedImage(image: record, names: plan.image.names)
    }

    /// Adds an image whose layers are all there. Blocks.
    ///
    /// - Parameter documents: its configuration first.
    func add(
        _ config: ImageConfig, id: Digest, documents: [ByteBuffer], tags: [Reference], digests: [Reference],
        pinned: Bool = false, annotations: [String: String]? = nil
    ) throws {
        let createdAt = Timestamp(rfc3339: config.created)?.nanoseconds ?? 0
        try changeNow(storing: documents) { table, now throws(OxbowError) in
            table.add(
                config, id: id, content: documents.map(Digest.of), tags: tags, digests: digests, pinned: pinned,
                annotations: annotations, createdAt: createdAt, now: now)
        }
    }
}
