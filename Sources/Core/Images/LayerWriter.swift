import Faults
import Glibc
import Linux

/// Puts a layer's entries beneath one folder, in overlay's own terms: a whiteout becomes a character device 0/0, an opaque
/// folder carries `trusted.overlay.opaque`.
///
/// Every parent is resolved with the folder as its root, so nothing is made outside it, whatever links the layer holds.
/// Blocks.
final class LayerWriter {
    private static let opaque = "trusted.overlay.opaque"

    private let root: Folder
    private var parents: (path: ArchivePath, folder: Folder)?
    private var whited: Set<ArchivePath> = []
    /// Set at the end, children first: making an entry changes its folder's time.
    private var folderTimes: [(path: ArchivePath, seconds: Int, nanoseconds: Int)] = []
    private var entries = 0
    private var fileBytes: UInt64 = 0

    init(beneath root: Folder) { self.root = root }

    /// - Parameter fill: writes the entry's data.
    /// - Throws: `.badRequest` naming the entry that leads out of the layer, has no target, or goes past a limit.
    func add(_ entry: ArchiveEntry, fill: (NewFile) throws -> Void) throws {
        entries += 1
        guard entries <= UnpackLimits.entries else {
            throw OxbowError(.badRequest, "layer: more than \(UnpackLimits.entries) entries")
        }
        let path = try ArchivePath(entry.path)
        switch try path.meaning {
        case .reserved: return
        case .opaque: try parent(of: path).setAttribute(Self.opaque, [UInt8(ascii: "y")], of: RawPath("."))
        case .whiteout(let name): try hide(name, in: path.parent)
        case .plain: try make(entry, at: path, fill)
        }
    }

    func finish() throws {
        for item in folderTimes.reversed() {
            do {
                let folder = try root.resolve(item.path.parent.joined)
                try folder.setTime(item.path.name, seconds: item.seconds, nanoseconds: item.nanoseconds)
            } catch {
                guard error.isMissing else { throw error }  // else: a later entry took the folder's place
            }
        }
        try root.synchroniseFilesystem()
    }

    private func make(_ entry: ArchiveEntry, at path: ArchivePath, _ fill: (NewFile) throws -> Void) throws {
        let (folder, name) = (try parent(of: path), path.name)
        let existing = path.isRoot ? Folder.Kind.folder : try folder.kind(of: name)
        if entry.kind == .folder, existing == .folder {
            try describe(entry, folder, name)
            folderTimes.append((path, entry.seconds, entry.nanoseconds))
            return
        }
        guard !path.isRoot else { throw OxbowError(.badRequest, "archive: the layer's root is not a folder") }
        if existing != nil {
            if case .hardLink(let target) = entry.kind, try ArchivePath(target, noun: "link") == path { return }
            parents = nil  // what is removed may be a parent at hand
            try folder.remove(name)
        }
        switch entry.kind {
        case .file:
            fileBytes += UInt64(entry.size)
            guard fileBytes <= UnpackLimits.fileBytes else {
                throw OxbowError(.badRequest, "layer: files longer than \(UnpackLimits.fileBytes) bytes")
            }
            try fill(try folder.makeFile(name))
        case .folder:
            try folder.makeFolder(name)
            if whited.contains(path) { try folder.setAttribute(Self.opaque, [UInt8(ascii: "y")], of: name) }
            folderTimes.append((path, entry.seconds, entry.nanoseconds))
        case .symlink(let target): try folder.makeSymlink(name, to: target)
        case .hardLink(let target): return try link(entry, to: target, folder, name)
        case .node(let node): try folder.makeNode(name, node)
        }
        try describe(entry, folder, name)
        if entry.kind != .folder { try folder.setTime(name, seconds: entry.seconds, nanoseconds: entry.nanoseconds) }
    }

    private func link(_ entry: ArchiveEntry, to target: RawPath, _ folder: Folder, _ name: RawPath) throws {
        let old = try ArchivePath(target, noun: "link")
        do {
            try folder.makeLink(name, to: old.name, in: try root.resolve(old.parent.joined))
        } catch {
            guard error.isMissing || error.errno == EPERM else { throw error }
            throw OxbowError(
                .badRequest, "archive: link to what is not in the layer (\(entry.path) -> \(target))", origin: error)
        }
    }

    private func describe(_ entry: ArchiveEntry, _ folder: Folder, _ name: RawPath) throws {
        var mode: UInt32? = entry.mode
        if case .symlink = entry.kind { mode = nil }
        try folder.setOwner(name, uid: entry.uid, gid: entry.gid, mode: mode)
        // Overlay's own marks come from whiteouts only: an image must not forge them.
        for (key, value) in entry.attributes where !key.hasPrefix("trusted.overlay.") && !key.hasPrefix("user.overlay.")
        {
            do {
                try folder.setAttribute(key, value, of: name)
            } catch {
                // Not supported: the label of a security module that this host does not run.
                guard error.errno == EOPNOTSUPP else { throw error }
            }
        }
    }

    private func hide(_ name: RawPath, in path: ArchivePath) throws {
        let folder = try parent(of: path.appending(name))
        whited.insert(path.appending(name))
        switch try folder.kind(of: name) {
        case .folder: try folder.setAttribute(Self.opaque, [UInt8(ascii: "y")], of: name)
        case .other: break  // this layer's own entry: the lower one is hidden by it
        case nil: try folder.makeNode(name, .character(major: 0, minor: 0))
        }
    }

    /// The folder that the entry is made in; made itself, as `tar` does, when no entry has named it.
    private func parent(of path: ArchivePath) throws -> Folder {
        let wanted = path.parent
        if wanted.isRoot { return root }
        if let parents, parents.path == wanted { return parents.folder }
        let folder = try found(wanted) ?? made(wanted)
        parents = (wanted, folder)
        return folder
    }

    /// - Returns: nil when there is nothing at this path.
    private func found(_ path: ArchivePath) throws(OxbowError) -> Folder? {
        do {
            return try root.resolve(path.joined)
        } catch {
            if error.errno == ENOENT { return nil }
            throw OxbowError(.badRequest, "archive: entry beneath what is no folder (\(path.joined))", origin: error)
        }
    }

    private func made(_ path: ArchivePath) throws -> Folder {
        let above = try parent(of: path)
        guard try above.kind(of: path.name) == nil else {
            throw OxbowError(.badRequest, "archive: entry beneath a link to nowhere (\(path.joined))")
        }
        try above.makeFolder(path.name)
        return try above.resolve(path.name)
    }
}
