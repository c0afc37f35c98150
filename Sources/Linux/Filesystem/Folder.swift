import CLinux
import Glibc

/// A folder held open, in which things are made by name: whatever happens to its path meanwhile, they are made in it.
///
/// A name is one path component; links are never followed. Every call blocks: use `blocking`.
package final class Folder: Sendable {
    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }
    deinit { close(descriptor) }

    package static func open(_ path: String) throws(SystemFailure) -> Folder {
        Folder(descriptor: try Files.opened(path, O_RDONLY | O_DIRECTORY), path: path)
    }

    /// The folder at `path` with this one as its root: no link and no `..` leads out (`RESOLVE_IN_ROOT`).
    package func resolve(_ path: RawPath) throws(SystemFailure) -> Folder {
        var found: Int32 = -1
        let name = path.isEmpty ? RawPath(".") : path
        try SystemFailure.check(
            clinux_open_in_root(descriptor, name.terminated, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, &found), "openat2",
            "\(path)")
        return Folder(descriptor: found, path: "\(self.path)/\(path)")
    }

    package enum Kind: Sendable, Equatable { case folder, other }

    /// What has this name; nil: nothing.
    package func kind(of name: RawPath) throws(SystemFailure) -> Kind? {
        var facts = stat()
        guard fstatat(descriptor, name.terminated, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemFailure("fstatat", "\(name)")
        }
        return facts.st_mode & S_IFMT == S_IFDIR ? .folder : .other
    }

    package func makeFolder(_ name: RawPath, mode: UInt32 = 0o755) throws(SystemFailure) {
        try check(mkdirat(descriptor, name.terminated, mode), "mkdirat", name)
    }

    /// Makes a regular file that must not exist yet.
    package func makeFile(_ name: RawPath) throws(SystemFailure) -> NewFile {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = openat(descriptor, name.terminated, flags, 0o600)
        guard file >= 0 else { throw SystemFailure("openat", "\(name)") }
        return NewFile(descriptor: file, name: name)
    }

    package func makeSymlink(_ name: RawPath, to target: RawPath) throws(SystemFailure) {
        try check(symlinkat(target.terminated, descriptor, name.terminated), "symlinkat", name)
    }

    /// A second name for what is called `old` in `folder`: a link itself, never its target.
    package func makeLink(_ name: RawPath, to old: RawPath, in folder: Folder) throws(SystemFailure) {
        try check(linkat(folder.descriptor, old.terminated, descriptor, name.terminated, 0), "linkat", name)
    }

    package enum Node: Sendable, Equatable {
        case character(major: UInt32, minor: UInt32)
        case block(major: UInt32, minor: UInt32)
        case fifo
    }

    package func makeNode(_ name: RawPath, _ node: Node) throws(SystemFailure) {
        let result =
            switch node {
            case .character(let major, let minor):
                mknodat(descriptor, name.terminated, S_IFCHR | 0o600, Self.device(major, minor))
            case .block(let major, let minor):
                mknodat(descriptor, name.terminated, S_IFBLK | 0o600, Self.device(major, minor))
            case .fifo: mkfifoat(descriptor, name.terminated, 0o600)
            }
        try check(result, "mknodat", name)
    }

    /// Owner, then mode (which a change of owner may clear); a link has no mode of its own.
    package func setOwner(
        _ name: RawPath, uid: UInt32, gid: UInt32, mode: UInt32?
    ) throws(SystemFailure) {
        try check(fchownat(descriptor, name.terminated, uid, gid, AT_SYMLINK_NOFOLLOW), "fchownat", name)
        if let mode { try check(fchmodat(descriptor, name.terminated, mode & 0o7777, 0), "fchmodat", name) }
    }

    package func setAttribute(_ key: String, _ value: [UInt8], of name: RawPath) throws(SystemFailure) {
        try SystemFailure.check(
            clinux_set_attribute(descriptor, name.terminated, key, value, value.count), "lsetxattr", "\(name) \(key)")
    }

    /// - Returns: nil when the entry has no such attribute.
    package func attribute(_ key: String, of name: RawPath) throws(SystemFailure) -> [UInt8]? {
        // The kernel's own limit of one value.
        var value = [UInt8](repeating: 0, count: 64 << 10)
        var size = value.count
        let code = clinux_get_attribute(descriptor, name.terminated, key, &value, &size)
        if code == ENODATA { return nil }
        try SystemFailure.check(code, "lgetxattr", "\(name) \(key)")
        return Array(value.prefix(size))
    }

    /// Last access and modification.
    package func setTime(_ name: RawPath, seconds: Int, nanoseconds: Int) throws(SystemFailure) {
        let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
        try check(utimensat(descriptor, name.terminated, [time, time], AT_SYMLINK_NOFOLLOW), "utimensat", name)
    }

    /// Removes what has this name, a whole tree too; missing is fine.
    package func remove(_ name: RawPath) throws(SystemFailure) {
        if unlinkat(descriptor, name.terminated, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemFailure("unlinkat", "\(name)") }
        let inner = try resolve(name)
        for entry in try inner.names() { try inner.remove(entry) }
        try check(unlinkat(descriptor, name.terminated, AT_REMOVEDIR), "unlinkat", name)
    }

    /// Without `.` and `..`, in no order.
    package func names() throws(SystemFailure) -> [RawPath] {
        guard let stream = opendir("/proc/self/fd/\(descriptor)") else { throw SystemFailure("opendir", path) }
        defer { closedir(stream) }
        var found: [RawPath] = []
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes != [46], bytes != [46, 46], let name = RawPath(bytes) { found.append(name) }
        }
        return found
    }

    /// Writes out the whole file system that the folder is on.
    package func synchroniseFilesystem() throws(SystemFailure) {
        try SystemFailure.check(clinux_sync_filesystem(descriptor), "syncfs", path)
    }

    private func check(_ result: Int32, _ call: String, _ name: RawPath) throws(SystemFailure) {
        guard result == 0 else { throw SystemFailure(call, "\(name)") }
    }

    /// glibc's gnu_dev_makedev.
    private static func device(_ major: UInt32, _ minor: UInt32) -> dev_t {
        let (major, minor) = (UInt64(major), UInt64(minor))
        let low: UInt64 = (minor & 0xff) | ((major & 0xfff) << 8)
        let high: UInt64 = ((minor & ~0xff) << 12) | ((major & ~0xfff) << 32)
        return dev_t(low | high)
    }
}
