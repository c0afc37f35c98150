import Faults
import Linux
import Synchronization

/// Which pod has which port of this host.
///
/// `portmap` asks nobody: of two pods with one port the second would never be reached, and a program of the host that
/// listens there would lose it to a pod.
final class HostPortClaims: Sendable {
    struct Claim: Sendable {
        var pod: PodIdentity
        var ports: [PortMapping]
    }
    private let claims = Mutex<[String: Claim]>([:])

    /// - Throws: `.wrongState` naming the pod that has one of the ports.
    func claim(_ request: NetworkRequest) throws(OxbowError) {
        let conflict = claims.withLock { claims -> String? in
            for (id, other) in claims where id != request.pod.id {
                if let port = Self.conflict(request.publishedPorts, other.ports) {
                    return "in use by pod \(other.pod.namespace)/\(other.pod.name) (\(port.words))"
                }
            }
            claims[request.pod.id] = Claim(pod: request.pod, ports: request.publishedPorts)
            return nil
        }
        if let conflict { throw OxbowError(.wrongState, "host port: \(conflict)") }
    }

    func release(_ pod: String) { claims.withLock { _ = $0.removeValue(forKey: pod) } }

    /// The first of `wanted` that is among `taken`.
    static func conflict(_ wanted: [PortMapping], _ taken: [PortMapping]) -> PortMapping? {
        wanted.first { port in
            taken.contains {
                $0.transport == port.transport && $0.hostPort == port.hostPort && overlap($0.hostIP, port.hostIP)
            }
        }
    }

    private static func overlap(_ one: String, _ other: String) -> Bool {
        if one == other || one.isEmpty || other.isEmpty { return true }
        guard one.contains(":") == other.contains(":") else { return false }
        return [one, other].contains { $0 == "0.0.0.0" || $0 == "::" }
    }

    /// Binds each port for a moment.
    /// - Throws: `.wrongState` for one on which a program of this host listens.
    static func probe(_ ports: [PortMapping]) throws(OxbowError) {
        for port in ports {
            let transport: HostPort.TransportProtocol =
                switch port.transport {
                case .tcp: .tcp
                case .udp: .udp
                case .sctp: .sctp
                }
            let isFree: Bool
            do throws(SystemFailure) {
                isFree = try HostPort.isFree(transport, port: UInt16(clamping: port.hostPort), on: port.hostIP)
            } catch {
                // On a kernel without this protocol nobody listens.
                continue
            }
            guard isFree else { throw OxbowError(.wrongState, "host port: in use by this host (\(port.words))") }
        }
    }
}

extension PortMapping {
    var words: String { "\(hostIP.isEmpty ? "" : hostIP + " ")\(hostPort)/\(transport.rawValue)" }
}
