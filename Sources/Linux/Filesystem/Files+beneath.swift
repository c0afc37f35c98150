import CLinux
import Glibc

/// Of a file, at the moment it was read.
package struct FileFacts: Sendable, Equatable {
    /// Permission bits.
    package var mode: UInt32
    package var uid: UInt32
    package var gid: UInt32
    /// Nanoseconds since 1970.
    package var modified: Int64

    package init(mode: UInt32, uid: UInt32, gid: UInt32, modified: Int64) {
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.modified = modified
    }

    fileprivate init(_ facts: stat) {
        self.init(
            mode: facts.st_mode & 0o7777, uid: facts.st_uid, gid: facts.st_gid,
            modified: Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec))
    }
}

extension Files {
    /// Reads a regular file with `root` as its root: no link and no `..` of an image leads out of it, nothing that would
    /// make us wait (a FIFO, a device) is opened for reading, and nobody can swap the file between a look and a read.
    ///
    /// - Throws: ENOENT when there is none, EINVAL for something that is no regular file, EFBIG past `limit` bytes.
    package static func read(_ path: String, inside root: String, limit: Int) throws(SystemFailure) -> [UInt8] {
        try readWithFacts(path, inside: root, limit: limit).bytes
    }

    package static func readWithFacts(
        _ path: String, inside root: String, limit: Int
    ) throws(SystemFailure) -> (bytes: [UInt8], facts: FileFacts) {
        let folder = try opened(root, Int32(CLINUX_O_PATH) | O_DIRECTORY)
        defer { close(folder) }
        var descriptor: Int32 = -1
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        try SystemFailure.check(clinux_open_in_root(folder, path, flags, 0, &descriptor), "openat2", path)
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw SystemFailure("fstat", path) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw SystemFailure("openat2", path, errno: EINVAL) }
        guard facts.st_size <= limit else { throw SystemFailure("read", path, errno: EFBIG) }
        return (try content(of: descriptor, path, limit: limit), FileFacts(facts))
    }

    /// The path with every link followed, on this host. - Throws: ENOENT for a link that leads nowhere.
    package static func real(_ path: String) throws(SystemFailure) -> String {
        guard let found = realpath(path, nil) else { throw SystemFailure("realpath", path) }
        defer { free(found) }
        return String(cString: found)
    }
}
