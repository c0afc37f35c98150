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
    private let identity: Identity

    private struct Identity: Equatable {
        let device: UInt64
        let inode: UInt64
    }

    /// Bytes of a path that `sockaddr_un` can hold, its final zero taken off.
    package static let longestPath = 107
    /// Clients that may wait to be accepted; the kernel caps it by net.core.somaxconn.
    private static let queue: Int32 = 1024
    /// How long another daemon may hold the folder's lock.
    private static let lockWait = (tries: 200, microseconds: UInt32(10_000))

    /// Makes the parent folders, replaces the file of a daemon that is gone, binds and listens.
    /// - Throws: `OxbowError`: `.taken` when somebody listens there or the file is no socket, `.badRequest` for a path
    ///   that cannot be one, `.ours` for what the host refuses.
    package static func open(_ path: String) async throws -> UnixListener {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= longestPath, !path.utf8.contains(0) else {
            throw OxbowError(.badRequest, "socket: path must be absolute and of at most \(longestPath) bytes (\(path))")
        }
        return try await blocking {
            do throws(SystemFailure) {
                return try openNow(path)
            } catch {
                throw refusal(error, path)
            }
        }
    }

    /// Sets the queue of clients that wait to be accepted to our length again: NIO 2.101 listens a second time, with its
    /// own 128, when it takes a bound socket. A client that finds the queue full is refused with EAGAIN.
    package func restoreQueue() {
        // The kernel has accepted this very call before.
        _ = listen(descriptor, Self.queue)
    }

    /// Removes the socket file, if it is still this listener's. A file that is gone already is no fault.
    package func removeFile() async {
        // What cannot be removed is found stale, and replaced, by the next daemon.
        try? await blocking {
            if Self.identity(of: path) == identity { try Files.removeFile(path) }
        }
    }

    private static func openNow(_ path: String) throws(SystemFailure) -> UnixListener {
        let parent = Files.parent(of: path)
        try Files.makeFolders(parent)
        let lock = try lock(parent)
        defer { _ = Glibc.close(lock) }
        let descriptor = try UnixSockets.listen(at: path, backlog: queue)
        guard let identity = identity(of: path) else {
            let failure = SystemFailure("lstat", path)
            _ = Glibc.close(descriptor)
            throw failure
        }
        return UnixListener(descriptor: descriptor, path: path, identity: identity)
    }

    /// A lock on the folder, held while its descriptor is open.
    private static func lock(_ folder: String) throws(SystemFailure) -> Int32 {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure("open", folder) }
        for _ in 0..<lockWait.tries {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
            usleep(lockWait.microseconds)
        }
        _ = Glibc.close(descriptor)
        throw SystemFailure("flock", folder, errno: EWOULDBLOCK)
    }

    private static func identity(of path: String) -> Identity? {
        var file = stat()
        guard lstat(path, &file) == 0 else { return nil }
        return Identity(device: UInt64(file.st_dev), inode: UInt64(file.st_ino))
    }

    private static func refusal(_ failure: SystemFailure, _ path: String) -> OxbowError {
        switch failure.errno {
        case EADDRINUSE: OxbowError(.taken, "socket: a running daemon listens there (\(path))", origin: failure)
        case ENOTSOCK: OxbowError(.taken, "socket: another kind of file is in its place (\(path))", origin: failure)
        case EWOULDBLOCK:
            OxbowError(.taken, "socket: its folder is locked by another process (\(path))", origin: failure)
        default: OxbowError(.ours, "socket: cannot listen, \(failure)", origin: failure)
        }
    }
}
