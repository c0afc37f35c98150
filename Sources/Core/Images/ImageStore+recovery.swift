import Faults
import Linux
import Logging
import NIOCore
import OCI

extension ImageStore {
    /// Reads what an earlier daemon left and removes what it had not finished. Blocks.
    static func recover(_ folders: ImageFolders, _ log: Logger) throws -> ImageTable {
        for folder in [folders.content, folders.incoming, folders.images, folders.layers] {
            try Files.makeFolders(folder, mode: 0o700)
        }
        try IncomingBlobs(folders: folders).sweep(now: Timestamp.now().nanoseconds, except: [])
        let layers = try recoverLayers(folders, log)
        let images: [StoredImage] = try documents(in: folders.images, log)
        var (broken, unused) = ([StoredImage](), [StoredLayer]())
        let table = ImageTable(images: images, layers: layers, broken: &broken, unused: &unused)
        for image in broken {
            log.error("an image has lost a layer and is removed", metadata: ["image": "\(image.id)"])
            try Files.removeFile(folders.image(image.id))
        }
        for layer in unused {
            try Files.removeFile(folders.layerDocument(layer.number))
            try Files.removeTree(folders.layer(layer.number))
        }
        let content = Set(table.images.values.flatMap(\.content).map(\.hex))
        for name in try Files.entries(of: folders.content) where !content.contains(name) {
            try Files.removeTree("\(folders.content)/\(name)")
        }
        return table
    }

    /// Layers with both a folder and a document; everything else in the folder goes.
    private static func recoverLayers(_ folders: ImageFolders, _ log: Logger) throws -> [StoredLayer] {
        let documented: [StoredLayer] = try documents(in: folders.layers, log)
        let whole = documented.filter { Files.exists(folders.layer($0.number)) }
        let known = Set(whole.flatMap { ["\($0.number)", "\($0.number).json"] })
        for name in try Files.entries(of: folders.layers) where !known.contains(name) {
            log.notice("removing an unfinished layer", metadata: ["name": "\(name)"])
            try Files.removeTree("\(folders.layers)/\(name)")
        }
        return whole
    }

    /// Every readable `.json` in a folder; what is unreadable is logged and passed over.
    private static func documents<T: Decodable>(in folder: String, _ log: Logger) throws -> [T] {
        try Files.entries(of: folder).filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            do {
                let bytes = ByteBuffer(bytes: try Files.read("\(folder)/\(name)"))
                return try OCIDocument.read(T.self, from: bytes, noun: name)
            } catch {
                log.error("a document cannot be read", metadata: ["name": "\(name)", "error": "\(error)"])
                return nil
            }
        }
    }
}
