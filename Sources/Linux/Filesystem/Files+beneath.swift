import CLinux
import Glibc

extension Files {
    /// Reads a regular file with `root` as its root: no link and no `..` of an image leads out of it, nothing that would
    /// make us wait (a FIFO, a device) is opened for reading, and nobody can swap the file between a look and a read.
    ///
    /// - Throws: ENOENT when there is none, EINVAL for something that is no regular file, EFBIG past `limit` bytes.
    package static func read(_ path: String, inside root: String, limit: Int) throws(SystemFailure) -> [UInt8] {
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
        return try content(of: descriptor, path, limit: limit)
    }

    /// The path with every link followed, on this host. - Throws: ENOENT for a link that leads nowhere.
    package static func real(_ path: String) throws(SystemFailure) -> String {
        guard let found = realpath(path, nil) else { throw SystemFailure("realpath", path) }
        defer { free(found) }
        return String(cString: found)
    }
}
