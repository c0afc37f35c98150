import CNI
import DockerAPI
import Faults

/// Works out which ports of the host lead to which of the container.
struct PortPublishing {
    /// Whether a port of the host may be used; 0 asks for any free one. nil: it may not.
    var probe: (PortMapping.TransportProtocol, UInt16) throws(OxbowError) -> UInt16?
    /// Ports that other containers have: a forwarded port is not bound, so `probe` cannot see it.
    var taken: Set<Taken>

    struct Taken: Hashable {
        var transport: PortMapping.TransportProtocol
        var hostPort: Int
    }
    /// Tries for a free port that is not another container's.
    static let attempts = 64

    /// - Throws: `.taken` when no port of a range is free, `.badRequest` for malformed ports.
    mutating func mappings(of host: HostConfig, exposed: [String: GoEmpty]) throws(OxbowError) -> [PortMapping] {
        var mappings: [PortMapping] = []
        for key in (host.portBindings ?? [:]).keys.sorted() {
            for port in try PortSpecification.list(key) {
                let wanted = (host.portBindings?[key] ?? nil) ?? []
                for binding in wanted.isEmpty ? [PortBinding(hostPort: "")] : wanted {
                    mappings.append(try mapping(port, binding))
                }
            }
        }
        guard host.publishAllPorts else { return mappings }
        for key in exposed.keys.sorted() {
            for port in try PortSpecification.list(key)
            where !mappings.contains(where: { $0.containerPort == Int(port.port) && $0.transport == port.transport }) {
                mappings.append(try mapping(port, PortBinding(hostPort: "")))
            }
        }
        return mappings
    }

    private mutating func mapping(_ port: PortSpecification, _ binding: PortBinding) throws(OxbowError) -> PortMapping {
        let chosen = try hostPort(port.transport, binding)
        taken.insert(Taken(transport: port.transport, hostPort: Int(chosen)))
        return PortMapping(
            transport: port.transport, containerPort: Int(port.port), hostPort: Int(chosen), hostIP: binding.hostIP)
    }

    private func hostPort(
        _ transport: PortMapping.TransportProtocol, _ binding: PortBinding
    ) throws(OxbowError) -> UInt16 {
        if ["", "0"].contains(binding.hostPort) {
            for _ in 0..<Self.attempts {
                if let port = try probe(transport, 0), isFree(transport, port) { return port }
            }
            throw OxbowError(.taken, "port: no free one on this host")
        }
        guard let range = PortSpecification.range(binding.hostPort) else {
            throw OxbowError(.badRequest, "invalid port specification: \"\(binding.hostPort)\"")
        }
        // Whether a single port is free matters when the container starts (`PortClaims`), not before.
        if range.count == 1 { return range.lowerBound }
        for port in range where isFree(transport, port) {
            if try probe(transport, port) != nil { return port }
        }
        let address = binding.hostIP.isEmpty ? "0.0.0.0" : binding.hostIP
        throw OxbowError(.taken, "Bind for \(address):\(binding.hostPort) failed: port is already allocated")
    }

    private func isFree(_ transport: PortMapping.TransportProtocol, _ port: UInt16) -> Bool {
        !taken.contains(Taken(transport: transport, hostPort: Int(port)))
    }
}
