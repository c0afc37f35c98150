import CRI
import DockerAPI

/// Host ports of a pod in Docker's two maps. With CNI they are only a record: Docker has no endpoint to publish on, and
/// the network plugins do it.
enum PortEncoding {
    struct Ports: Equatable {
        /// Left out of the body when empty; the bindings are then `{}`.
        var exposed: [String: GoEmpty]
        var bindings: [String: [PortBinding]?]
    }

    static func docker(_ mappings: [CRI.PortMapping]) -> Ports {
        var exposed: [String: GoEmpty] = [:]
        var bindings: [String: [PortBinding]?] = [:]
        for mapping in mappings where mapping.hostPort != 0 {
            let port = "\(mapping.containerPort)/\(protocolName(mapping.transport))"
            let earlier: [PortBinding] = (bindings[port] ?? nil) ?? []
            exposed[port] = GoEmpty()
            bindings[port] = earlier + [PortBinding(hostIP: mapping.hostIp, hostPort: "\(mapping.hostPort)")]
        }
        return Ports(exposed: exposed, bindings: bindings)
    }

    /// Lower case; a number without a name counts as TCP.
    static func protocolName(_ transport: PortProtocol) -> String {
        switch transport {
        case .udp: "udp"
        case .sctp: "sctp"
        default: "tcp"
        }
    }
}
