import Faults
import Glibc

/// A unix stream socket that listens, and the file by which clients find it.
///
/// The file never grants more than mode 0660, is complete before anybody can connect, and is removed only while it is
/// still ours. Two daemons that start on one path at a time are kept apart by a lock on the folder.
package struct UnixListener: Sendable {
    /// Listening. Owned by whoever takes it, as NIO's `withBoundSocket` does.
    package let descriptor: Int32
    package let path: String
    private let device: UInt64
    private let inode: UInt64

    /// Bytes of a path that `sockaddr_un` can hold, its final zero taken off.
    package static let longestPath = 107
    private static let mode: mode_t = 0o660
    private static let backlog: Int32 = 512
    /// How long another daemon may hold the folder's lock.
    private static let lockWait = (tries: 200, microseconds: UInt32(10_000))

    /// Makes the parent folders, replaces the file of a daemon that is gone, binds and listens.
    /// - Throws: `.taken` when somebody listens there or the file is no socket; `.badRequest` for an unusable path.
    package static func open(_ path: String) async throws -> UnixListener {
        try await blocking { try openNow(path) }
    }

    /// Removes the socket file, if it is still this listener's. A file that is gone already is no fault.
    package func removeFile() async {
        // What cannot be removed is found stale, and replaced, by the next daemon.
        try? await blocking {
            guard let file = Self.status(of: path), file.st_dev == device, file.st_ino == inode else { return }
            _ = unlink(path)
        }
    }

    private static func openNow(_ path: String) throws(OxbowError) -> UnixListener {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= longestPath, !path.utf8.contains(0) else {
            throw OxbowError(.badRequest, "socket: path must be absolute and of at most \(longestPath) bytes (\(path))")
        }
        let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        let parent = folder.isEmpty ? "/" : String(folder)
        do {
            try Files.makeFolders(parent)
        } catch {
            throw OxbowError(.badRequest, "socket: cannot make its folder (\(parent))", origin: error)
        }
        let lock = try lock(parent)
        defer { _ = Glibc.close(lock) }
        try clear(path)
        let socket = try call("socket", path, socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | SOCK_CLOEXEC.rawInt, 0))
        do throws(OxbowError) {
            // The mode of the descriptor, less the umask, becomes the file's at bind; the second call undoes the umask.
            _ = try call("fchmod", path, fchmod(socket, mode))
            _ = try call("bind", path, withAddress(path) { bind(socket, $0, $1) })
            _ = try call("chmod", path, chmod(path, mode))
            _ = try call("listen", path, listen(socket, backlog))
            guard let file = status(of: path) else { throw OxbowError(.ours, "socket: gone while binding (\(path))") }
            return UnixListener(descriptor: socket, path: path, device: UInt64(file.st_dev), inode: UInt64(file.st_ino))
        } catch {
            _ = Glibc.close(socket)
            throw error
        }
    }

    /// A lock on the folder, held while its descriptor is open.
    private static func lock(_ folder: String) throws(OxbowError) -> Int32 {
        let descriptor = try call("open", folder, Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        for _ in 0..<lockWait.tries {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
            usleep(lockWait.microseconds)
        }
        _ = Glibc.close(descriptor)
        throw OxbowError(.taken, "socket: its folder is locked by another process (\(folder))")
    }

    /// Removes a socket file that nobody listens on.
    private static func clear(_ path: String) throws(OxbowError) {
        guard let file = status(of: path) else { return }
        guard file.st_mode & S_IFMT == S_IFSOCK else {
            throw OxbowError(.taken, "socket: a file is in its place (\(path))")
        }
        let probe = try call(
            "socket", path, socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | SOCK_CLOEXEC.rawInt | SOCK_NONBLOCK.rawInt, 0)
        )
        defer { _ = Glibc.close(probe) }
        let connected = withAddress(path) { connect(probe, $0, $1) }
        // EAGAIN: somebody listens, whose queue is full.
        guard connected != 0, errno == ECONNREFUSED else {
            throw OxbowError(.taken, "socket: a running daemon listens there (\(path))")
        }
        _ = try call("unlink", path, unlink(path))
    }

    private static func status(of path: String) -> stat? {
        var file = stat()
        return lstat(path, &file) == 0 ? file : nil
    }

    private static func call(_ name: String, _ subject: String, _ result: Int32) throws(OxbowError) -> Int32 {
        let code = errno
        guard result >= 0 else {
            let failure = SystemFailure(name, subject, errno: code)
            throw OxbowError(.ours, "socket: \(name) failed, errno \(code) (\(subject))", origin: failure)
        }
        return result
    }

    private static func withAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // `openNow` has checked that the path and its final zero fit.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

extension __socket_type {
    fileprivate var rawInt: Int32 { Int32(rawValue) }
}
