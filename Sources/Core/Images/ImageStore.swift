package import Faults
import FoundationEssentials
import HTTPClient
import Linux
package import Logging
package import OCI
import Synchronization

/// The images of one core: records, configuration documents and unpacked layers.
///
/// An image is there when its document is: layers come first, the document last, and what an interrupted import or pull
/// left is removed at the next start.
package final class ImageStore: Sendable {
    let folders: ImageFolders
    let logger: Logger
    private let table = Mutex<[Digest: StoredImage]>([:])
    /// Changes to names and layers, one after the other.
    let changes = SerialQueues()
    let pulls = Mutex<[String: PullInProgress]>([:])
    private let network = Mutex<HTTPClient?>(nil)

    private init(folders: ImageFolders, logger: Logger) {
        self.folders = folders
        self.logger = logger
    }

    /// Reads every document, removes what is unfinished or nobody's, and makes the built-in images when they are absent.
    package static func open(root: String, logger: Logger) async throws(OxbowError) -> ImageStore {
        let store = ImageStore(folders: ImageFolders(root: root), logger: logger)
        try await store.host("open") { try store.load() }
        try await BuiltinImages.ensure(in: store)
        return store
    }

    private func load() throws {
        for folder in [folders.images, folders.layers, folders.content] { try Files.makeFolders(folder, mode: 0o700) }
        try Files.removeTree(folders.unfinished)
        try Files.makeFolders(folders.unfinished, mode: 0o700)
        var found: [Digest: StoredImage] = [:]
        for name in try Files.entries(of: folders.images) where name.hasSuffix(".json") {
            let bytes = try Files.read("\(folders.images)/\(name)", limit: 16 << 20)
            let image = try JSONDecoder().decode(StoredImage.self, from: Data(bytes))
            found[image.record.id] = image
        }
        table.withLock { $0 = found }
        try removeOrphans()
    }

    /// One for all registries, made when the first is asked.
    var client: HTTPClient {
        network.withLock { known in
            let client = known ?? HTTPClient(.network)
            known = client
            return client
        }
    }

    // MARK: Asking

    package func all() async throws(OxbowError) -> [ImageRecord] {
        table.withLock { $0.values.map(\.record) }.sorted { $0.createdAt > $1.createdAt }
    }

    /// By image id (`sha256:…` or bare hex), reference, or the beginning of one id; nil when absent.
    package func find(_ name: String) async throws(OxbowError) -> ImageRecord? { stored(named: name)?.record }

    func stored(_ id: Digest) -> StoredImage? { table.withLock { $0[id] } }

    private func stored(named text: String) -> StoredImage? {
        // What is no name at all names no image.
        guard let name = try? ImageName(parsing: text) else { return nil }
        return table.withLock { table in
            switch name {
            case .id(let id): return table[id]
            case .prefix(let prefix): return Self.only(table, prefix)
            case .reference(let reference, let prefix):
                return table.values.first { $0.record.answers(to: reference) }
                    ?? prefix.flatMap { Self.only(table, $0) }
            }
        }
    }

    private static func only(_ table: [Digest: StoredImage], _ prefix: String) -> StoredImage? {
        let found = table.filter { $0.key.hex.hasPrefix(prefix) }
        return found.count == 1 ? found.first?.value : nil
    }

    /// Folders of the unpacked layers, lowest first.
    package func layerFolders(of image: Digest) async throws(OxbowError) -> [String] {
        guard let stored = stored(image) else { throw OxbowError(.missing, "image: not found (\(image))") }
        return stored.layers.map { folders.layer($0.chain) }
    }

    package func filesystem() async throws(OxbowError) -> FilesystemFigures {
        let layers = table.withLock { $0.values.flatMap(\.layers) }
        let once = Dictionary(layers.map { ($0.chain, $0) }) { first, _ in first }
        return FilesystemFigures(
            mountpoint: folders.root, usedBytes: once.values.reduce(0) { $0 + $1.size },
            usedInodes: once.values.reduce(0) { $0 + $1.inodes })
    }

    // MARK: Changing

    /// Gives an image a name, taking it from the image that had it.
    package func tag(_ image: Digest, as reference: Reference) async throws(OxbowError) {
        try await changes.run("images") { () async throws(OxbowError) in
            guard var stored = self.stored(image) else { throw OxbowError(.missing, "image: not found (\(image))") }
            stored.record.lastTagged = Timestamp.now().nanoseconds
            try await self.save(stored, naming: [reference.tagged])
        }
    }

    /// Takes one name away; the image itself goes with its last name when `keepingUntagged` is false.
    package func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError) {
        try await changes.run("images") { () async throws(OxbowError) in
            let named = self.table.withLock { $0.values.first { $0.record.answers(to: reference) } }
            guard var stored = named else { throw OxbowError(.missing, "image: not found (\(reference.familiar))") }
            stored.record.tags.removeAll { $0 == reference.tagged }
            stored.record.digests.removeAll { $0 == reference }
            // A digest reference lives as long as a tag of its repository does.
            stored.record.digests.removeAll { digest in !stored.record.tags.contains { $0.name == digest.name } }
            let nameless = stored.record.tags.isEmpty && stored.record.digests.isEmpty
            if nameless && !keepingUntagged { try await self.erase(stored) } else { try await self.write(stored) }
        }
    }

    /// Removes the image with all its names; missing is fine.
    package func remove(_ image: Digest) async throws(OxbowError) {
        try await changes.run("images") { () async throws(OxbowError) in
            guard let stored = self.stored(image) else { return }
            try await self.erase(stored)
        }
    }

    /// Writes an image's document, with these names beside those it has; whoever had them loses them.
    /// The caller holds the `images` queue.
    func save(_ image: StoredImage, naming names: [Reference]) async throws(OxbowError) {
        var image = image
        for name in names {
            if name.digest != nil {
                if !image.record.digests.contains(name) { image.record.digests.append(name) }
                continue
            }
            let holders = table.withLock { table in
                table.values.filter { $0.record.id != image.record.id && $0.record.tags.contains(name) }
            }
            for var holder in holders {
                holder.record.tags.removeAll { $0 == name }
                try await write(holder)
            }
            if !image.record.tags.contains(name) { image.record.tags.append(name) }
        }
        try await write(image)
    }

    private func write(_ image: StoredImage) async throws(OxbowError) {
        let path = folders.document(image.record.id)
        try await host("record") { try Files.writeDurably(path, Array(try JSONEncoder().encode(image))) }
        table.withLock { $0[image.record.id] = image }
    }

    private func erase(_ image: StoredImage) async throws(OxbowError) {
        let (document, blob) = (folders.document(image.record.id), folders.blob(image.record.id))
        try await host("removal") {
            try Files.removeFile(document)
            try Files.removeFile(blob)
            _ = self.table.withLock { $0.removeValue(forKey: image.record.id) }
            try self.removeOrphans()
        }
    }

    /// Layers that no image lists. Blocks.
    private func removeOrphans() throws {
        let kept = table.withLock { table in
            Set(table.values.flatMap(\.layers).map { String($0.chain.hex.prefix(24)) })
        }
        for name in try Files.entries(of: folders.layers) where !kept.contains(name) {
            try Files.removeTree("\(folders.layers)/\(name)")
        }
    }

    /// Host calls of one operation, with their failure as an error of ours.
    func host<T: Sendable>(
        _ what: String, _ body: @escaping @Sendable () throws -> T
    ) async throws(OxbowError) -> T {
        do { return try await blocking(body) } catch let error as OxbowError { throw error } catch {
            throw OxbowError(.ours, "images: \(what): \(error)", origin: error)
        }
    }
}

extension ImageRecord {
    func answers(to reference: Reference) -> Bool {
        if let digest = reference.digest {
            return digests.contains { $0.name == reference.name && $0.digest == digest }
                || (digest == id && tags.contains { $0.name == reference.name })
        }
        return tags.contains(reference.tagged)
    }
}
