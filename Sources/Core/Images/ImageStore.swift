package import Faults
import Linux
package import Logging
package import NIOCore
package import OCI
import Synchronization

/// The images of one core, unpacked and ready to be lower layers.
///
/// Content by digest, a document per image and per layer, each written whole and durably: a layer's folder gets its name
/// only when it is complete, its document only after that, and an image's document only after its layers'. So what a
/// killed daemon leaves is either whole or recognisable, and `open` takes the rest away.
package final class ImageStore: Sendable {
    let folders: ImageFolders
    let log: Logger
    let table: Mutex<ImageTable>
    let flights = Flights<PullKey, ImageRecord>()
    /// Layers on their way in, by the digest of their blob: two pulls at once bring a layer that both need once.
    let layerFlights = Flights<Digest, Void>()
    /// Blobs whose file in the incoming folder is being written or read.
    let busyBlobs = Mutex<Set<Digest>>([])
    let trusts: RegistryTrust
    /// Held, on pool threads only, while the table and the disk change together.
    let changing = Mutex<Void>(())

    private init(folders: ImageFolders, log: Logger, table: ImageTable, trusts: RegistryTrust) {
        self.trusts = trusts
        self.folders = folders
        self.log = log
        self.table = Mutex(table)
    }

    /// Opens the store, takes away what was half done, and adds the built-in images where their names are missing.
    package static func open(
        root: String, trusts: RegistryTrust = .none, logger: Logger
    ) async throws(OxbowError) -> ImageStore {
        let folders = ImageFolders(root: root)
        let table = try await working("images") { try recover(folders, logger) }
        let store = ImageStore(folders: folders, log: logger, table: table, trusts: trusts)
        await store.addBuiltinImages()
        return store
    }

    // MARK: Looking

    package func all() async throws(OxbowError) -> [ImageRecord] {
        table.withLock { $0.images.values.map(\.record) }.sorted {
            ($1.createdAt, $0.id.hex) < ($0.createdAt, $1.id.hex)
        }
    }

    /// By image id (`sha256:…` or bare hex), reference or unique hex prefix of an id; nil when absent.
    /// - Throws: `.badRequest` `invalid reference format`.
    package func find(_ name: String) async throws(OxbowError) -> ImageRecord? {
        try table.withLock { table in Result { () throws(OxbowError) in try table.find(name) } }.get()
    }

    /// Folders of the unpacked layers, lowest first.
    /// - Throws: `.missing`.
    package func layerFolders(of image: Digest) async throws(OxbowError) -> [String] {
        guard let numbers = table.withLock({ $0.layerNumbers(of: image) }) else {
            throw OxbowError(.missing, "image: no such image (\(image))")
        }
        return numbers.map(folders.layer)
    }

    /// The configuration document, byte for byte.
    package func configuration(of image: Digest) async throws(OxbowError) -> ByteBuffer {
        guard table.withLock({ $0.images[image] }) != nil else {
            throw OxbowError(.missing, "image: no such image (\(image))")
        }
        let path = folders.content(image)
        return try await working("image") { ByteBuffer(bytes: try Files.read(path, limit: ImageConfigDocument.limit)) }
    }

    package func filesystem() async throws(OxbowError) -> FilesystemFigures {
        let layers = table.withLock { Array($0.layers.values) }
        let folders = folders
        let documents = try await working("images") {
            let counts = [try Files.usage(of: folders.root + "/content"), try Files.usage(of: folders.images)]
            return (bytes: counts.reduce(0) { $0 + $1.bytes }, inodes: counts.reduce(0) { $0 + $1.inodes })
        }
        return FilesystemFigures(
            mountpoint: folders.root, usedBytes: layers.reduce(documents.bytes) { $0 + $1.bytes },
            usedInodes: layers.reduce(documents.inodes) { $0 + $1.inodes })
    }

    // MARK: Changing

    package func tag(_ image: Digest, as reference: Reference) async throws(OxbowError) {
        try await change { table, now throws(OxbowError) in try table.tag(image, as: reference, now: now) }
    }

    /// Takes one name away; the image itself goes with its last name when `keepingUntagged` is false.
    /// - Throws: `.missing`.
    package func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError) {
        try await change { table, _ throws(OxbowError) in
            try table.untag(reference, keepingUntagged: keepingUntagged)
        }
    }

    /// Removes the image with all its names; missing is fine. That nobody uses it is the caller's care.
    package func remove(_ image: Digest) async throws(OxbowError) {
        try await change { table, _ throws(OxbowError) in table.remove(image) }
    }
}
