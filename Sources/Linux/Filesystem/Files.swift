import CLinux
import Glibc
import Synchronization

/// Files and folders, by path. Every call blocks: use `blocking`.
package enum Files {
    /// - Throws: EFBIG when the file holds more than `limit` bytes.
    package static func read(_ path: String, limit: Int = 16 << 20) throws(SystemFailure) -> [UInt8] {
        let descriptor = try opened(path, O_RDONLY)
        defer { close(descriptor) }
        return try content(of: descriptor, path, limit: limit)
    }

    static func content(of descriptor: Int32, _ path: String, limit: Int) throws(SystemFailure) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure("read", path) }
            if count == 0 { return content }
            content.append(contentsOf: chunk[..<count])
            guard content.count <= limit else { throw SystemFailure("read", path, errno: EFBIG) }
        }
    }

    package static func write(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws(SystemFailure) {
        try write(path, bytes, mode: mode, durably: false)
    }

    private static let documents = Atomic<UInt64>(0)

    /// Temporary file in the same folder, fsync, rename, fsync of the folder: the old content or the new, never half.
    /// A crash may leave the temporary file (`.NAME.PID.N`) behind.
    package static func writeDurably(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemFailure) {
        let folder = parent(of: path)
        // Two writers of one document must not share a temporary file.
        let number = documents.wrappingAdd(1, ordering: .relaxed).newValue
        let temporary = "\(folder)/.\(path.split(separator: "/").last ?? "document").\(getpid()).\(number)"
        do throws(SystemFailure) {
            try write(temporary, bytes, mode: mode, durably: true)
            try rename(temporary, path)
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronise(folder: folder)
    }

    /// Everything written to the file system that holds `path`.
    package static func synchronise(fileSystemOf path: String) throws(SystemFailure) {
        let descriptor = try opened(path, O_RDONLY)
        defer { close(descriptor) }
        try SystemFailure.check(clinux_synchronise(descriptor), "syncfs", path)
    }

    package static func synchronise(folder: String) throws(SystemFailure) {
        let descriptor = try opened(folder, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemFailure("fsync", folder) }
    }

    private static func write(
        _ path: String, _ bytes: [UInt8], mode: UInt32, durably: Bool
    ) throws(SystemFailure) {
        let descriptor = try opened(path, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemFailure("write", path) }
            written += count
        }
        // Against the umask.
        guard !durably || fchmod(descriptor, mode) == 0 else { throw SystemFailure("fchmod", path) }
        guard !durably || fsync(descriptor) == 0 else { throw SystemFailure("fsync", path) }
    }

    package static func makeFolders(_ path: String, mode: UInt32 = 0o755) throws(SystemFailure) {
        if mkdir(path, mode) == 0 { return }
        if errno == EEXIST {
            guard isFolder(path) else { throw SystemFailure("mkdir", path, errno: ENOTDIR) }
            return
        }
        guard errno == ENOENT, path != "/", !path.isEmpty else { throw SystemFailure("mkdir", path) }
        try makeFolders(parent(of: path), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemFailure("mkdir", path) }
    }

    /// A file that is there afterwards and can be written; what it holds stays.
    package static func makeFile(_ path: String, mode: UInt32 = 0o640) throws(SystemFailure) {
        close(try opened(path, O_WRONLY | O_CREAT | O_APPEND, mode: mode))
    }

    /// Names in a folder, without `.` and `..`, in no order.
    package static func entries(of folder: String) throws(SystemFailure) -> [String] {
        let descriptor = try opened(folder, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        return try FolderListing.names(in: descriptor, folder).map(FolderListing.text)
    }

    package static func exists(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
    }

    package static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0 && !isFolder(path)
    }

    /// - Returns: nil when there is no such file. Nanoseconds since 1970.
    package static func modified(_ path: String) -> Int64? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
    }

    package static func size(_ path: String) -> UInt64? {
        var facts = stat()
        return stat(path, &facts) == 0 ? UInt64(facts.st_size) : nil
    }

    package static func symlink(_ target: String, at path: String) throws(SystemFailure) {
        guard Glibc.symlink(target, path) == 0 else { throw SystemFailure("symlink", path) }
    }

    package static func rename(_ old: String, _ new: String) throws(SystemFailure) {
        guard Glibc.rename(old, new) == 0 else { throw SystemFailure("rename", new) }
    }

    /// Removes a file or link; missing is fine.
    package static func removeFile(_ path: String) throws(SystemFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemFailure("unlink", path) }
    }

    /// Opens `path` beneath `root` (`openat2`, `RESOLVE_IN_ROOT`) and returns the real host path of what it found.
    /// It holds as long as nobody changes the tree: a running container can.
    package static func resolve(_ path: String, inside root: String) throws(SystemFailure) -> String {
        let folder = try opened(root, Int32(CLINUX_O_PATH) | O_DIRECTORY)
        defer { close(folder) }
        var descriptor: Int32 = -1
        try SystemFailure.check(
            clinux_open_in_root(folder, path, Int32(CLINUX_O_PATH), 0, &descriptor), "openat2", path)
        defer { close(descriptor) }
        var facts = stat()
        // A file that was just unlinked has no path any more.
        guard fstat(descriptor, &facts) == 0, facts.st_nlink > 0 else {
            throw SystemFailure("openat2", path, errno: ENOENT)
        }
        return try link(at: "/proc/self/fd/\(descriptor)")
    }

    /// Gives a file or folder, or a link itself, to somebody.
    package static func own(_ path: String, uid: UInt32, gid: UInt32) throws(SystemFailure) {
        guard lchown(path, uid, gid) == 0 else { throw SystemFailure("lchown", path) }
    }

    /// Lets everybody pass through a folder, without listing it.
    package static func letPass(_ folder: String) throws(SystemFailure) {
        var facts = stat()
        guard stat(folder, &facts) == 0 else { throw SystemFailure("stat", folder) }
        guard facts.st_mode & S_IXOTH == 0 else { return }
        guard chmod(folder, facts.st_mode & 0o7777 | S_IXGRP | S_IXOTH) == 0 else {
            throw SystemFailure("chmod", folder)
        }
    }

    /// What a symbolic link says.
    package static func link(at path: String) throws(SystemFailure) -> String {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = target.withUnsafeMutableBytes {
            readlink(path, $0.bindMemory(to: CChar.self).baseAddress!, $0.count)  // never empty
        }
        guard length >= 0 else { throw SystemFailure("readlink", path) }
        return String(decoding: target[..<length], as: UTF8.self)
    }

    static func opened(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(SystemFailure) -> Int32 {
        let descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SystemFailure("open", path) }
        return descriptor
    }

    /// `/a/b` → `/a`, `/a` → `/`, `a` → `.`.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
