import CLinux
import Glibc

extension Files {
    /// Every level of a tree that is being removed holds a descriptor; a folder deeper than this is moved up to the top
    /// first, so that no image or container can make us run out of them.
    static let removalDepth = 100

    /// Removes a file or a whole tree, never following links and never crossing into another mount; missing is fine.
    /// - Throws: EXDEV or EBUSY at a mount point; what came before it is gone by then.
    package static func removeTree(_ path: String) throws(SystemFailure) {
        let above = open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard above >= 0 else {
            if errno == ENOENT { return }
            throw SystemFailure("open", parent(of: path))
        }
        defer { close(above) }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        if unlinkat(above, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemFailure("unlink", path) }
        guard let top = try folder(FolderListing.name(name), in: above, path) else { return }
        defer { close(top) }
        var removal = TreeRemoval(top: top, path: path)
        try removal.run()
        guard unlinkat(above, name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw SystemFailure("rmdir", path) }
    }

    /// Bytes and inodes of a tree, as `du -x` counts them: blocks in use, hard links once, other mounts not. Missing is
    /// nothing, and so is what vanishes meanwhile; a folder whose path below `tree` is longer than the kernel takes
    /// counts as one inode.
    package static func usage(of tree: String) throws(SystemFailure) -> (bytes: UInt64, inodes: UInt64) {
        var count = UsageCount()
        var facts = stat()
        guard lstat(tree, &facts) == 0 else {
            if errno == ENOENT { return (0, 0) }
            throw SystemFailure("lstat", tree)
        }
        count.add(facts)
        guard facts.st_mode & S_IFMT == S_IFDIR else { return (count.bytes, count.inodes) }
        let top = try opened(tree, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        defer { close(top) }
        // One folder is open at a time, so depth costs no descriptors.
        var pending = [FolderListing.name(".")]
        while let path = pending.popLast() {
            guard let opened = try mountedHere({ () throws(SystemFailure) in try folder(path, in: top, tree) }) else {
                continue
            }
            defer { close(opened) }
            for name in try FolderListing.names(in: opened, tree) {
                guard fstatat(opened, name, &facts, AT_SYMLINK_NOFOLLOW) == 0, count.add(facts) else { continue }
                let below = FolderListing.path(path, name)
                if facts.st_mode & S_IFMT == S_IFDIR, below.count <= Int(PATH_MAX) { pending.append(below) }
            }
        }
        return (count.bytes, count.inodes)
    }

    /// Opens a folder that is in the same mount and reached through no link; nil when it vanished or is a link by now.
    fileprivate static func folder(
        _ name: FolderListing.Name, in parent: Int32, _ subject: String
    ) throws(SystemFailure) -> Int32? {
        var descriptor: Int32 = -1
        let failure = clinux_open_folder_in_tree(parent, name, &descriptor)
        if failure == 0 { return descriptor }
        if failure == ENOENT || failure == ENOTDIR || failure == ELOOP { return nil }
        throw SystemFailure("openat2", "\(subject): \(FolderListing.text(name))", errno: failure)
    }

    /// nil for a folder of another mount.
    private static func mountedHere(_ open: () throws(SystemFailure) -> Int32?) throws(SystemFailure) -> Int32? {
        do { return try open() } catch {
            if error.errno == EXDEV { return nil }
            throw error
        }
    }
}

/// One removal of a tree: empties the folder `top`.
private struct TreeRemoval {
    let top: Int32
    let path: String
    private var moved = 0

    init(top: Int32, path: String) {
        self.top = top
        self.path = path
    }

    /// Again until nothing is left, because `moveUp` adds to the top what the pass has not seen.
    mutating func run() throws(SystemFailure) {
        while true {
            let names = try FolderListing.names(in: top, path)
            if names.isEmpty { return }
            for name in names { try remove(name, in: top, depth: 1) }
        }
    }

    private mutating func remove(_ name: FolderListing.Name, in parent: Int32, depth: Int) throws(SystemFailure) {
        if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return }
        // For a folder it is EISDIR on Linux, EPERM by POSIX.
        guard errno == EISDIR || errno == EPERM else { throw failure("unlink", name) }
        guard depth < Files.removalDepth else {
            try moveUp(name, from: parent)
            return
        }
        guard let folder = try Files.folder(name, in: parent, path) else { return }
        defer { close(folder) }
        for inner in try FolderListing.names(in: folder, path) { try remove(inner, in: folder, depth: depth + 1) }
        guard unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw failure("rmdir", name) }
    }

    /// A new name that is in use already is passed over; an empty folder in its place may be replaced, as all of it goes.
    private mutating func moveUp(_ name: FolderListing.Name, from parent: Int32) throws(SystemFailure) {
        while true {
            moved += 1
            if renameat(parent, name, top, ".oxbow-deep-\(moved)") == 0 || errno == ENOENT { return }
            guard errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR else { throw failure("rename", name) }
        }
    }

    private func failure(_ call: String, _ name: FolderListing.Name) -> SystemFailure {
        let reason = errno
        return SystemFailure(call, "\(path): \(FolderListing.text(name))", errno: reason)
    }
}

/// Sums blocks and inodes; a file with several names counts once, another file system not at all.
private struct UsageCount {
    private var device: dev_t?
    private var linked: Set<ino_t> = []
    var bytes: UInt64 = 0
    var inodes: UInt64 = 0

    /// - Returns: whether it was counted.
    @discardableResult
    mutating func add(_ facts: stat) -> Bool {
        let home = device ?? facts.st_dev
        device = home
        guard facts.st_dev == home else { return false }
        if facts.st_nlink > 1, facts.st_mode & S_IFMT != S_IFDIR, !linked.insert(facts.st_ino).inserted { return false }
        bytes += UInt64(facts.st_blocks) * 512
        inodes += 1
        return true
    }
}
