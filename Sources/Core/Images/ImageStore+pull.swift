package import Faults
import Linux
import NIOCore
package import OCI

extension ImageStore {
    /// Layers of one pull that come at the same time.
    static let parallelLayers = 3

    /// Pulls from a registry; concurrent pulls of one reference are done once.
    package func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        let reference = reference.tagged
        let key = PullKey(reference: reference, credentials: credentials)
        return try await flights.share(key, progress) { tell throws(OxbowError) in
            try await self.fetch(reference, credentials, tell)
        }
    }

    private struct Fetched: Sendable {
        var id: Digest
        var config: ImageConfig
        /// The configuration, the manifest, and the index that led to it.
        var documents: [ByteBuffer]
        var annotations: [String: String]
        var layers: [(blob: Descriptor, diffID: Digest)]
    }

    private func fetch(
        _ reference: Reference, _ credentials: RegistryCredentials?, _ tell: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        let client = try await RegistryClient.open(reference, credentials: credentials, trusts: trusts)
        let top = try await client.manifest()
        let fetched = try await describe(top, client)
        let digestName = reference.with(tag: nil, digest: top.digest)
        let tags = reference.tag != nil && reference.digest == nil ? [reference] : []
        try await holding(fetched.layers.map(\.diffID)) {
            try await self.bring(fetched.layers, client, tell)
            try await self.working("image") {
                try self.add(
                    fetched.config, id: fetched.id, documents: fetched.documents, tags: tags, digests: [digestName],
                    annotations: fetched.annotations)
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
        var documents: [ByteBuffer] = []
        if case .index(let index) = top.document {
            let host = Descriptor.Platform.host
            guard let choice = index.choice() else {
                throw OxbowError(
                    .missing, "no matching manifest for \(host.os)/\(host.architecture) in the manifest list")
            }
            documents.append(top.bytes)
            found = try await client.manifest(choice)
        }
        guard case .manifest(let manifest) = found.document else {
            throw OxbowError(.corrupt, "manifest: index within an index")
        }
        if let type = manifest.config.mediaType, !type.isEmpty, !MediaType.isImageConfig(type) {
            throw OxbowError(.unsupported, "manifest: not a container image (\(type))")
        }
        if let foreign = manifest.layers.first(where: { MediaType.isForeign($0.mediaType ?? "") }) {
            throw OxbowError(.unsupported, "layer: not held by the registry (\(foreign.digest))")
        }
        let bytes = try await client.blob(manifest.config, limit: ImageConfigDocument.limit)
        let config = try RegistryClient.served { () throws(OxbowError) in
            try Self.configuration(bytes, layers: manifest.layers.count)
        }
        return Fetched(
            id: manifest.config.digest, config: config, documents: [bytes] + documents + [found.bytes],
            annotations: manifest.annotations ?? [:], layers: Array(zip(manifest.layers, config.layerDiffIDs)))
    }
}
