package import Faults
import HTTPClient
import Linux
import NIOCore
package import OCI
import Synchronization

/// One pull that others of the same reference wait for.
final class PullInProgress: Sendable {
    let end = Latch<Result<ImageRecord, OxbowError>>()
    private let listeners = Mutex<[@Sendable (PullProgress) -> Void]>([])

    func listen(_ listener: @escaping @Sendable (PullProgress) -> Void) {
        listeners.withLock { $0.append(listener) }
    }

    func report(_ progress: PullProgress) {
        for listener in listeners.withLock({ $0 }) { listener(progress) }
    }
}

extension ImageStore {
    /// Blobs of one image fetched at the same time.
    private static let parallelDownloads = 3

    /// Pulls from a registry; concurrent pulls of one reference with the same credentials are done once, by the first
    /// who asks.
    package func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        // Credentials are part of the key: nobody gets an image on another's password.
        let key = [reference.canonical, credentials?.username, credentials?.password, credentials?.registryToken]
            .map { $0 ?? "" }.joined(separator: "\u{0}")
        let (pull, isFirst) = pulls.withLock { pulls in
            if let running = pulls[key] { return (running, false) }
            let begun = PullInProgress()
            pulls[key] = begun
            return (begun, true)
        }
        pull.listen(progress)
        guard isFirst else {
            guard let result = await pull.end.wait() else { throw OxbowError(.cancelled, "pull: withdrawn") }
            return try result.get()
        }
        let result: Result<ImageRecord, OxbowError>
        do throws(OxbowError) {
            result = .success(try await fetch(reference, credentials: credentials, report: pull.report))
        } catch {
            result = .failure(error)
        }
        pulls.withLock { $0[key] = nil }
        pull.end.set(result)
        return try result.get()
    }

    private func fetch(
        _ reference: Reference, credentials: RegistryCredentials?, report: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        let registry = RegistryClient(reference, credentials: credentials, client: client)
        let top = try await registry.manifest()
        var manifest: ImageManifest
        switch top.document {
        case .manifest(let found): manifest = found
        case .index(let index):
            guard let choice = index.choice() else {
                throw OxbowError(.missing, "manifest: no image for this platform (\(reference.familiar))")
            }
            guard case .manifest(let found) = try await registry.manifest(choice.digest).document else {
                throw OxbowError(.badRequest, "index: leads to another index (\(reference.familiar))")
            }
            manifest = found
        }
        if let foreign = manifest.layers.first(where: { MediaType.isForeign($0.mediaType ?? "") }) {
            throw OxbowError(.unsupported, "layer: not held by the registry (\(foreign.digest.short))")
        }
        let names =
            [reference.with(tag: nil, digest: top.digest)]
            + (reference.tag == nil ? [] : [reference.with(tag: reference.tag, digest: nil)])
        let config = try await registry.blob(manifest.config, limit: ImageConfigDocument.limit)
        if let known = stored(Digest.of(config)) {
            for layer in manifest.layers { report(.layer(layer.digest, .exists, current: 0, total: layer.size)) }
            return try await changes.run("images") { () async throws(OxbowError) in
                try await self.save(known, naming: names)
                return self.stored(known.record.id)?.record ?? known.record
            }
        }
        let folder = "\(folders.unfinished)/pull-\(UInt64.random(in: 0...UInt64.max))"
        let result: Result<ImageRecord, OxbowError>
        do throws(OxbowError) {
            try await host("pull") { try Files.makeFolders(folder, mode: 0o700) }
            let tars = try await download(manifest.layers, from: registry, into: folder, report: report)
            let content = ImageContent(config: Array(config.readableBytesView), layers: tars)
            let byDiff = try Self.layers(of: manifest, config: config)
            result = .success(
                try await changes.run("images") { () async throws(OxbowError) in
                    try await self.add(content, names: names) { diff, done in
                        guard let layer = byDiff[diff] else { return }
                        report(.layer(layer.digest, done ? .complete : .extracting, current: 0, total: layer.size))
                    }
                })
        } catch {
            result = .failure(error)
        }
        try await host("pull") { try Files.removeTree(folder) }
        return try result.get()
    }

    /// Which blob a diff id is, for reporting.
    private static func layers(of manifest: ImageManifest, config: ByteBuffer) throws(OxbowError) -> [Digest:
        Descriptor]
    {
        let document = try OCIDocument.read(
            ImageConfigDocument.self, from: config, noun: "image configuration", limit: ImageConfigDocument.limit)
        return Dictionary(zip(document.rootfs.diffIDs, manifest.layers)) { first, _ in first }
    }

    /// - Returns: paths in the layers' order.
    private func download(
        _ layers: [Descriptor], from registry: RegistryClient, into folder: String,
        report: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> [String] {
        // The same layer may stand in an image twice.
        var waiting = layers.reduce(into: [Descriptor]()) { unique, layer in
            if !unique.contains(where: { $0.digest == layer.digest }) { unique.append(layer) }
        }[...]
        for layer in waiting { report(.layer(layer.digest, .waiting, current: 0, total: layer.size)) }
        let failure = await withTaskGroup(of: OxbowError?.self) { group in
            func next() {
                guard let layer = waiting.popFirst() else { return }
                group.addTask {
                    do throws(OxbowError) {
                        try await registry.download(layer, to: "\(folder)/\(layer.digest.hex)") { count in
                            report(.layer(layer.digest, .downloading, current: count, total: layer.size))
                        }
                        report(.layer(layer.digest, .downloaded, current: layer.size, total: layer.size))
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            for _ in 0..<Self.parallelDownloads { next() }
            var first: OxbowError?
            while let ended = await group.next() {
                if let ended, first == nil {
                    first = ended
                    group.cancelAll()
                }
                if first == nil { next() }
            }
            return first
        }
        if let failure { throw failure }
        return layers.map { "\(folder)/\($0.digest.hex)" }
    }
}
