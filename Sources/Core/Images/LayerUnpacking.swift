import Faults
import Linux
import OCI

/// Unpacks one layer into a new folder.
enum LayerUnpacking {
    /// Blocks. The folder is left as it is on failure: the caller removes it.
    ///
    /// - Parameter source: the layer, compressed or not.
    /// - Throws: `.badRequest` when the plain bytes do not have the digest that the image's configuration names.
    static func unpack(
        _ source: any ByteSource, expecting diffID: Digest, into folder: String, watch: UnpackWatch
    ) throws {
        try Files.makeFolders(folder, mode: 0o755)
        let plain = try PlainSource(WatchedSource(source, watch))
        let reader = try ArchiveReader.tar(plain)
        let writer = LayerWriter(beneath: try Folder.open(folder))
        while let entry = try reader.next() {
            try writer.add(entry) { try reader.copyData(to: $0, size: entry.size) }
        }
        let found = try plain.finish()
        guard found == diffID else {
            throw OxbowError(.badRequest, "layer: content does not fit its diff id (\(diffID))")
        }
        try writer.finish()
    }
}
