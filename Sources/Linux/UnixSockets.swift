import CLinux
import Glibc

package enum UnixSockets {
    /// A listening socket of mode 0660 at `path`: folders are made, a stale socket file is replaced.
    /// - Throws: EADDRINUSE when somebody answers there, ENOTSOCK when the path is another kind of file.
    package static func listen(at path: String, backlog: Int32 = 256) throws(SystemFailure) -> Int32 {
        try Files.makeFolders(Files.parent(of: path))
        var facts = stat()
        if lstat(path, &facts) == 0 {
            guard facts.st_mode & S_IFMT == S_IFSOCK else { throw SystemFailure("bind", path, errno: ENOTSOCK) }
            guard clinux_probe_unix(path) == ECONNREFUSED else { throw SystemFailure("bind", path, errno: EADDRINUSE) }
            try Files.removeFile(path)
        }
        var descriptor: Int32 = -1
        try SystemFailure.check(clinux_listen_unix(path, backlog, &descriptor), "bind", path)
        return descriptor
    }

    package enum Kind: Sendable { case stream, packets }

    /// A connected socket; the folder's path may be of any length.
    package static func connect(folder: String, name: String, _ kind: Kind) throws(SystemFailure) -> Int32 {
        var descriptor: Int32 = -1
        let type = kind == .stream ? SOCK_STREAM : SOCK_SEQPACKET
        try SystemFailure.check(
            clinux_connect_unix(folder, name, Int32(type.rawValue), &descriptor), "connect", "\(folder)/\(name)")
        return descriptor
    }

    /// Who listens at `path`, by SO_PEERCRED.
    package static func server(at path: String) throws(SystemFailure) -> Int32 {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let socket = try connect(folder: Files.parent(of: path), name: name, .stream)
        defer { close(socket) }
        var pid: Int32 = 0
        try SystemFailure.check(clinux_peer_pid(socket, &pid), "getsockopt", path)
        return pid
    }

    /// Receives one descriptor (SCM_RIGHTS) from a connected stream socket.
    package static func receiveDescriptor(from socket: Int32) throws(SystemFailure) -> Int32 {
        var descriptor: Int32 = -1
        try SystemFailure.check(clinux_receive_descriptor(socket, &descriptor), "recvmsg", "\(socket)")
        return descriptor
    }
}
