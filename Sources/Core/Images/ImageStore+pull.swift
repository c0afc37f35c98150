package import Faults
import Linux
import NIOCore
package import OCI

extension ImageStore {
    /// Layers of one pull that come at the same time.
    private static let parallelLayers = 3

    /// Pulls from a registry; concurrent pulls of one reference are done once.
    package func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        let reference = reference.tagged
        return try await flights.share(PullFlights.Key(reference, credentials), progress) {
            tell throws(OxbowError) in
            try await self.fetch(reference, credentials, tell)
        }
    }

    private struct Fetched: Sendable {
        var id: Digest
        var config: ImageConfig
        var configBytes: ByteBuffer
        /// The manifest, and the index that led to it.
        var documents: [ByteBuffer]
        var layers: [(blob: Descriptor, diffID: Digest)]
    }

    private func fetch(
        _ reference: Reference, _ credentials: RegistryCredentials?, _ tell: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        let client = RegistryClient(reference, credentials: credentials)
        let top = try await client.manifest()
        let fetched = try await describe(top, client)
        let digestName = reference.with(tag: nil, digest: top.digest)
        let tags = reference.tag != nil && reference.digest == nil ? [reference] : []
        try await holding(fetched.layers.map(\.diffID)) {
            try await self.bring(fetched.layers, client, tell)
            try await self.working("image") {
                try self.store(fetched.configBytes, as: fetched.id)
                var content = [fetched.id]
                for document in fetched.documents {
                    try self.store(document, as: Digest.of(document))
                    content.append(Digest.of(document))
                }
                try self.add(fetched.config, id: fetched.id, content: content, tags: tags, digests: [digestName])
            }
        }
        guard let record = table.withLock({ $0.images[fetched.id]?.record }) else {
            throw OxbowError(.missing, "image: removed while it was pulled (\(reference.familiar))")
        }
        log.info("pulled", metadata: ["image": "\(reference.familiar)", "id": "\(fetched.id)"])
        return record
    }

    /// Follows an index to this host's manifest, and reads the configuration.
    private func describe(_ top: RegistryClient.Manifest, _ client: RegistryClient) async throws(OxbowError) -> Fetched
    {
        var found = top
        var documents = [top.bytes]
        if case .index(let index) = top.document {
            let host = Descriptor.Platform.host
            guard let choice = index.choice() else {
                throw OxbowError(
                    .missing, "no matching manifest for \(host.os)/\(host.architecture) in the manifest list")
            }
            found = try await client.manifest(choice.digest)
            documents.append(found.bytes)
        }
        guard case .manifest(let manifest) = found.document else {
            throw OxbowError(.badRequest, "manifest: index within an index")
        }
        if let foreign = manifest.layers.first(where: { MediaType.isForeign($0.mediaType ?? "") }) {
            throw OxbowError(.unsupported, "layer: not held by the registry (\(foreign.digest))")
        }
        let bytes = try await client.blob(manifest.config, limit: ImageConfigDocument.limit)
        let config = try Self.configuration(bytes, layers: manifest.layers.count)
        return Fetched(
            id: manifest.config.digest, config: config, configBytes: bytes, documents: documents,
            layers: Array(zip(manifest.layers, config.layerDiffIDs)))
    }

    private func bring(
        _ layers: [(blob: Descriptor, diffID: Digest)], _ client: RegistryClient,
        _ tell: @escaping @Sendable (PullProgress) -> Void
    ) async throws {
        var missing: [(blob: Descriptor, diffID: Digest)] = []
        for layer in layers where !missing.contains(where: { $0.diffID == layer.diffID }) {
            if table.withLock({ $0.layers[layer.diffID] }) != nil {
                tell(.layer(layer.blob.digest, .exists, current: 0, total: layer.blob.size))
            } else {
                tell(.layer(layer.blob.digest, .waiting, current: 0, total: layer.blob.size))
                missing.append(layer)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, layer) in missing.enumerated() {
                if index >= Self.parallelLayers { try await group.next() }
                group.addTask { try await self.bring(layer.blob, layer.diffID, client, tell) }
            }
            try await group.waitForAll()
        }
    }

    private func bring(
        _ blob: Descriptor, _ diffID: Digest, _ client: RegistryClient,
        _ tell: @escaping @Sendable (PullProgress) -> Void
    ) async throws {
        let path = folders.incoming("\(blob.digest.short)-\(UInt32.random(in: 0...UInt32.max))")
        try await client.download(blob, to: path) { count in
            tell(.layer(blob.digest, .downloading, current: count, total: blob.size))
        }
        tell(.layer(blob.digest, .verifying, current: 0, total: 0))
        tell(.layer(blob.digest, .downloaded, current: 0, total: 0))
        let watch = UnpackWatch { count in
            tell(.layer(blob.digest, .extracting, current: min(count, blob.size), total: blob.size))
        }
        let outcome: Result<Void, any Error>
        do {
            try await withTaskCancellationHandler {
                try await blocking { try self.addLayer(diffID, from: try FileSource(path), watch: watch) }
            } onCancel: {
                watch.stop()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await blocking { try Files.removeFile(path) }
        try outcome.get()
        tell(.layer(blob.digest, .complete, current: 0, total: 0))
    }
}
