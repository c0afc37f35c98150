import CLinux
import Faults
import Glibc

/// A TCP socket that listens at an address of this host.
package struct TCPListener: Sendable {
    /// Listening. Owned by whoever takes it, as NIO's `withBoundSocket` does.
    package let descriptor: Int32
    package let address: String
    /// Never 0.
    package let port: UInt16

    /// Clients that may wait to be accepted; the kernel caps it by net.core.somaxconn.
    private static let queue: Int32 = 128

    /// - Parameters:
    ///   - address: IPv4 or IPv6 in numbers; names are not looked up.
    ///   - port: 0: any that is free.
    /// - Throws: `OxbowError`: `.taken` when somebody listens there, `.badRequest` for a text that is no address.
    package static func open(_ address: String, port: UInt16) async throws -> TCPListener {
        try await blocking {
            var (descriptor, bound): (Int32, UInt16) = (-1, 0)
            let failure = clinux_listen_tcp(address, port, queue, &descriptor, &bound)
            switch failure {
            case 0: return TCPListener(descriptor: descriptor, address: address, port: bound)
            case EINVAL: throw OxbowError(.badRequest, "address: not a numeric IP address (\(address))")
            case EADDRINUSE: throw OxbowError(.taken, "address: somebody listens there (\(address):\(port))")
            default:
                throw OxbowError(
                    .ours, "address: cannot listen (\(address):\(port))",
                    origin: SystemFailure("bind", "\(address):\(port)", errno: failure))
            }
        }
    }

    /// `127.0.0.1:10010`, `[::1]:10010`.
    package var authority: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}
