import Glibc

/// Ports of this host's own addresses.
package enum HostPort {
    package enum TransportProtocol: Sendable { case tcp, udp, sctp }

    /// Whether nobody listens on the port.
    /// - Parameter address: "" for every IPv4 and every IPv6 address; one that is not this host's is free.
    package static func isFree(
        _ transport: TransportProtocol, port: UInt16, on address: String
    ) throws(SystemFailure) -> Bool {
        if address.contains(":") { return try isFree6(transport, port: port, on: address) }
        guard try probe(transport, port: port, on: address.isEmpty ? "0.0.0.0" : address) != nil else { return false }
        return address.isEmpty ? try isFree6(transport, port: port, on: "::") : true
    }

    private static func socket(_ transport: TransportProtocol, _ family: Int32) throws(SystemFailure) -> Int32 {
        let (kind, number): (__socket_type, Int32) =
            switch transport {
            case .tcp: (SOCK_STREAM, 0)
            case .udp: (SOCK_DGRAM, 0)
            case .sctp: (SOCK_STREAM, Int32(IPPROTO_SCTP))
            }
        let descriptor = Glibc.socket(family, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), number)
        guard descriptor >= 0 else { throw SystemFailure("socket", "\(transport)") }
        // A port that only waits out a closed connection is free for a new listener.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func isFree6(
        _ transport: TransportProtocol, port: UInt16, on text: String
    ) throws(SystemFailure) -> Bool {
        let descriptor: Int32
        do throws(SystemFailure) { descriptor = try socket(transport, AF_INET6) } catch {
            // No IPv6, nobody there.
            if error.errno == EAFNOSUPPORT { return true }
            throw error
        }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        guard inet_pton(AF_INET6, text, &address.sin6_addr) == 1 else {
            throw SystemFailure("bind", "port \(port) on \(text)", errno: EINVAL)
        }
        let length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 ? 0 : errno }
        }
        return bound != EADDRINUSE
    }

    /// Binds the port for a moment.
    /// - Parameters:
    ///   - port: 0 finds a free one.
    ///   - text: an IPv4 address, "0.0.0.0" for every one.
    /// - Returns: the port that was free; nil when it is in use. It may be taken by others right after.
    package static func probe(
        _ transport: TransportProtocol, port: UInt16, on text: String = "0.0.0.0"
    ) throws(SystemFailure) -> UInt16? {
        let descriptor = try socket(transport, AF_INET)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, text, &address.sin_addr) == 1 else {
            throw SystemFailure("bind", "port \(port) on \(text)", errno: EINVAL)
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (bound, named) = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let bound = bind(descriptor, generic, length) == 0 ? 0 : errno
                return (bound, bound == 0 ? getsockname(descriptor, generic, &length) : 0)
            }
        }
        if bound == EADDRINUSE { return nil }
        // Not an address of this host: nobody here can listen on it.
        if bound == EADDRNOTAVAIL { return port }
        guard bound == 0, named == 0 else {
            throw SystemFailure("bind", "port \(port)", errno: bound == 0 ? errno : bound)
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
