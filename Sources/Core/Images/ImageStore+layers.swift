import Faults
import Linux
import OCI

extension ImageStore {
    typealias Layer = (blob: Descriptor, diffID: Digest)

    /// Brings the layers of one image that are not there yet.
    func bring(
        _ layers: [Layer], _ client: RegistryClient, _ tell: @escaping @Sendable (PullProgress) -> Void
    ) async throws {
        var missing: [Layer] = []
        for layer in layers where !missing.contains(where: { $0.diffID == layer.diffID }) {
            if has(layer) {
                tell(.layer(layer.blob.digest, .exists, current: 0, total: layer.blob.size))
            } else {
                tell(.layer(layer.blob.digest, .waiting, current: 0, total: layer.blob.size))
                missing.append(layer)
            }
        }
        try await blocking {
            try IncomingBlobs(folders: self.folders).sweep(
                now: Timestamp.now().nanoseconds, except: self.busyBlobs.withLock { $0 })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, layer) in missing.enumerated() {
                if index >= Self.parallelLayers { try await group.next() }
                group.addTask { try await self.bring(layer, client, tell) }
            }
            try await group.waitForAll()
        }
    }

    private func has(_ layer: Layer) -> Bool { table.withLock { $0.layers[layer.diffID] } != nil }

    /// One layer, once for all pulls that want it. A pull that has waited in vain tries at its own registry.
    private func bring(
        _ layer: Layer, _ client: RegistryClient, _ tell: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) {
        // Again only when another pull has brought this blob for a layer of another name.
        while !has(layer) {
            try await layerFlights.share(layer.blob.digest, tell, takesOver: true) { tell throws(OxbowError) in
                guard !self.has(layer) else { return }
                self.busyBlobs.withLock { _ = $0.insert(layer.blob.digest) }
                defer { self.busyBlobs.withLock { _ = $0.remove(layer.blob.digest) } }
                try await self.fetch(layer, client, tell)
            }
        }
        tell(.layer(layer.blob.digest, .complete, current: 0, total: 0))
    }

    private func fetch(
        _ layer: Layer, _ client: RegistryClient, _ tell: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) {
        let blob = layer.blob
        let path = folders.incoming(blob.digest)
        try await client.download(blob, to: path) { count in
            tell(.layer(blob.digest, .downloading, current: count, total: blob.size))
        }
        tell(.layer(blob.digest, .verifying, current: 0, total: 0))
        tell(.layer(blob.digest, .downloaded, current: 0, total: 0))
        let watch = UnpackWatch { count in
            tell(.layer(blob.digest, .extracting, current: min(count, blob.size), total: blob.size))
        }
        do {
            try await withTaskCancellationHandler {
                try await blocking { try self.addLayer(layer.diffID, from: try FileSource(path), watch: watch) }
            } onCancel: {
                watch.stop()
            }
        } catch {
            let error = Self.wrapped(error, "layer")
            // Withdrawn: the blob is good, and the next pull begins with unpacking.
            if error.kind != .cancelled { try await working("layer") { try Files.removeFile(path) } }
            guard error.kind == .badRequest else { throw error }
            throw OxbowError(.corrupt, error.message, origin: error.origin)
        }
        try await working("layer") { try Files.removeFile(path) }
    }
}
