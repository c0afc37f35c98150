import Glibc

/// Ports of this host's own addresses.
package enum HostPort {
    package enum TransportProtocol: Sendable { case tcp, udp, sctp }

    /// Binds the port on every IPv4 address for a moment.
    /// - Parameter port: 0 finds a free one.
    /// - Returns: the port that was free; nil when it is in use. It may be taken by others right after.
    package static func probe(_ transport: TransportProtocol, port: UInt16) throws(SystemFailure) -> UInt16? {
        let (kind, number): (__socket_type, Int32) =
            switch transport {
            case .tcp: (SOCK_STREAM, 0)
            case .udp: (SOCK_DGRAM, 0)
            case .sctp: (SOCK_STREAM, Int32(IPPROTO_SCTP))
            }
        let descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), number)
        guard descriptor >= 0 else { throw SystemFailure("socket", "port \(port)", errno: errno) }
        defer { close(descriptor) }
        // A port that only waits out a closed connection is free for a new listener.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))

        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (bound, named) = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let bound = bind(descriptor, generic, length) == 0 ? 0 : errno
                return (bound, bound == 0 ? getsockname(descriptor, generic, &length) : 0)
            }
        }
        if bound == EADDRINUSE { return nil }
        guard bound == 0, named == 0 else {
            throw SystemFailure("bind", "port \(port)", errno: bound == 0 ? errno : bound)
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
