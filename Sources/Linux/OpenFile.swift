import Glibc
package import NIOCore

/// A regular file held open, read or written at any place; it closes with its last owner. Every call blocks: use
/// `blocking`.
package final class OpenFile: Sendable {
    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }
    deinit { close(descriptor) }

    /// Opens an existing file for reading.
    package static func reading(_ path: String) throws(SystemFailure) -> OpenFile {
        try open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, mode: 0)
    }

    /// Makes a file that must not exist yet, for writing.
    package static func creating(_ path: String, mode: UInt32 = 0o600) throws(SystemFailure) -> OpenFile {
        try open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode: mode)
    }

    /// Opens a file, made when it is not there, for writing behind what it holds.
    package static func continuing(_ path: String, mode: UInt32 = 0o600) throws(SystemFailure) -> OpenFile {
        try open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode: mode)
    }

    /// Empties a file that exists and is held open by others (bound into a container), for writing.
    package static func truncating(_ path: String) throws(SystemFailure) -> OpenFile {
        try open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode: 0)
    }

    /// Opens a file to write at its end and to read, and makes it when it is not there. A link is refused (ELOOP).
    package static func appending(_ path: String, mode: UInt32 = 0o640) throws(SystemFailure) -> OpenFile {
        try open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode: mode)
    }

    private static func open(_ path: String, _ flags: Int32, mode: UInt32) throws(SystemFailure) -> OpenFile {
        let descriptor = Glibc.open(path, flags, mode)
        guard descriptor >= 0 else { throw SystemFailure("open", path, errno: errno) }
        return OpenFile(descriptor: descriptor, path: path)
    }

    /// - Returns: at most `limit` bytes from `offset` on; empty at the file's end.
    package func read(at offset: UInt64, limit: Int) throws(SystemFailure) -> ByteBuffer {
        var buffer = ByteBuffer()
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { space in
            max(0, pread(descriptor, space.baseAddress, limit, off_t(offset)))
        }
        // `pread` gives −1 only together with `errno`; 0 leaves what an earlier call set.
        if count == 0, try size() > offset { throw SystemFailure("pread", path, errno: errno) }
        return buffer
    }

    /// Writes all bytes at the place that earlier calls have reached.
    package func append(_ bytes: ByteBuffer) throws(SystemFailure) {
        let failure = bytes.withUnsafeReadableBytes { space -> Int32 in
            var written = 0
            while written < space.count {
                let count = Glibc.write(
                    descriptor, space.baseAddress?.advanced(by: written), space.count - written)
                if count > 0 { written += count } else if errno != EINTR { return errno }
            }
            return 0
        }
        guard failure == 0 else { throw SystemFailure("write", path, errno: failure) }
    }

    /// As `read(at:limit:)`, for logic that works on bytes.
    package func bytes(at offset: UInt64, limit: Int) throws(SystemFailure) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { space, filled in
            repeat {
                count = pread(descriptor, space.baseAddress, limit, off_t(offset))
            } while count < 0 && errno == EINTR
            filled = max(0, count)
        }
        guard count >= 0 else { throw SystemFailure("pread", path, errno: errno) }
        return bytes
    }

    /// Writes as much as there is room for.
    /// - Returns: how many bytes were written, and why not all of them.
    package func write(_ bytes: ArraySlice<UInt8>) -> (count: Int, failure: SystemFailure?) {
        bytes.withUnsafeBytes { space in
            var written = 0
            while written < space.count {
                let count = Glibc.write(
                    descriptor, space.baseAddress?.advanced(by: written), space.count - written)
                if count > 0 {
                    written += count
                } else if errno != EINTR {
                    return (written, SystemFailure("write", path, errno: count == 0 ? ENOSPC : errno))
                }
            }
            return (written, nil)
        }
    }

    /// Cuts the file to this length.
    package func truncate(to size: UInt64) throws(SystemFailure) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw SystemFailure("ftruncate", path, errno: errno) }
    }

    package func identity() throws(SystemFailure) -> FileIdentity { FileIdentity(try status()) }

    package func size() throws(SystemFailure) -> UInt64 { UInt64(try status().st_size) }

    /// Whether the file's name still leads to this file: false after a rotation or removal.
    package func isStill(at path: String) throws(SystemFailure) -> Bool {
        var named = stat()
        guard lstat(path, &named) == 0 else { return false }
        let own = try status()
        return named.st_dev == own.st_dev && named.st_ino == own.st_ino
    }

    private func status() throws(SystemFailure) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure("fstat", path, errno: errno) }
        return status
    }
}

extension SystemFailure {
    /// The path leads to nothing.
    package var isMissing: Bool { errno == ENOENT || errno == ENOTDIR }
}
