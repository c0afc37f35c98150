import Faults
import Glibc
import Linux
import OCI

/// Turns a layer's tar into the folder that overlay mounts.
///
/// Whiteouts become overlay's own: `.wh.NAME` a character device 0/0, `.wh..wh..opq` the attribute
/// `trusted.overlay.opaque`. Source: opencontainers/image-spec 1.0, layer.md; kernel, overlayfs.rst.
struct LayerUnpacking: Sendable {
    struct Limits: Sendable {
        /// Of all files of one layer together, unpacked.
        var bytes: UInt64 = 64 << 30
        var entries = 4_000_000
    }

    var limits = Limits()

    /// Unpacks into `folder`, which must exist and be empty. Blocks.
    /// - Returns: the digest of the uncompressed tar.
    /// - Throws: `.badRequest` naming the entry at fault; `.tooLarge` past a limit.
    func unpack(_ tar: String, into folder: String) throws -> Digest {
        do {
            let reader = try ArchiveReader(path: tar)
            let root = try RootedFolder(folder)
            var (bytes, entries): (UInt64, Int) = (0, 0)
            while let entry = try reader.next() {
                entries += 1
                bytes += entry.kind == .file ? entry.size : 0
                guard entries <= limits.entries, bytes <= limits.bytes else {
                    throw OxbowError(.tooLarge, "layer: more than \(limits.bytes) bytes or \(limits.entries) entries")
                }
                try place(entry, from: reader, in: root)
            }
            try root.finish()
            return try reader.digest()
        } catch let failure as ArchiveFailure {
            throw OxbowError(.badRequest, "layer: \(failure)", origin: failure)
        }
    }

    private func place(_ entry: ArchiveEntry, from reader: ArchiveReader, in root: RootedFolder) throws {
        let name = try EntryName(entry.name)
        let attributes = RootedFolder.Attributes(
            mode: entry.mode, uid: entry.uid, gid: entry.gid, modified: entry.modified, extended: entry.extended)
        guard !name.path.isEmpty else {
            // The layer's own root: its mode counts, for a container's "/" is this folder.
            guard chmod(root.path, entry.mode) == 0 else { throw SystemFailure("chmod", root.path) }
            return
        }
        if name.last == ".wh..wh..opq" {
            try root.mark(name.parent, "trusted.overlay.opaque", Array("y".utf8))
        } else if name.last.hasPrefix(".wh..wh.") {
            // Another storage driver's private notes.
            return
        } else if name.last.hasPrefix(".wh.") {
            let hidden = name.parent.isEmpty ? "" : name.parent + "/"
            let target = hidden + name.last.dropFirst(".wh.".count)
            try root.place(target, .node(type: UInt32(S_IFCHR), major: 0, minor: 0), .init(mode: 0))
        } else {
            switch entry.kind {
            case .file: try root.place(name.path, .file, attributes) { try reader.content(to: $0) }
            case .folder: try root.place(name.path, .folder, attributes)
            case .symlink(let target): try root.place(name.path, .symlink(target: target), attributes)
            case .hardlink(let target):
                try root.place(name.path, .hardlink(target: try EntryName(target).path), attributes)
            case .node(let type):
                try root.place(name.path, .node(type: type, major: entry.major, minor: entry.minor), attributes)
            case .other: throw OxbowError(.badRequest, "layer: an entry of no known kind (\(entry.name))")
            }
        }
    }
}
