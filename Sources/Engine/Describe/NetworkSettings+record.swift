import CNI
import Core
import DockerAPI

extension NetworkSettings {
    init(of record: ContainerRecord, document: ContainerDocument) {
        self.init()
        let isRunning = record.state == .running
        ports = isRunning ? Self.ports(of: record, document: document) : [:]
        sandboxKey = isRunning ? record.networkNamespace : ""
        networks = Self.networks(of: record, document: document)
        if let bridge = networks?["bridge"] ?? nil {
            gateway = bridge.gateway
            ipAddress = bridge.ipAddress
            ipPrefixLen = bridge.ipPrefixLen
            globalIPv6Address = bridge.globalIPv6Address
            macAddress = bridge.macAddress
        }
    }

    /// The one network the container is on, by Docker's name; none when it uses another container's.
    static func networks(of record: ContainerRecord, document: ContainerDocument) -> [String: EndpointSettings?] {
        // A mode that cannot be read belongs to a container of another front end.
        guard let name = (try? NetworkMode(document.hostConfig.networkMode))?.name else { return [:] }
        var endpoint = EndpointSettings()
        if record.state == .running, let network = record.network {
            let (v6, v4) = (network.addresses.first { $0.contains(":") }, network.addresses.first { !$0.contains(":") })
            endpoint.ipAddress = v4 ?? ""
            endpoint.globalIPv6Address = v6 ?? ""
            endpoint.gateway = network.gateway
            endpoint.ipPrefixLen = network.prefixLength
            endpoint.macAddress = network.macAddress
        }
        return [name: endpoint]
    }

    /// Published ports with where they lead from, exposed ones with null.
    static func ports(of record: ContainerRecord, document: ContainerDocument) -> [String: [PortBinding]?] {
        var ports: [String: [PortBinding]?] = [:]
        for exposed in (document.config.exposedPorts ?? [:]).keys {
            // Checked when the container was made.
            for port in (try? PortSpecification.list(exposed)) ?? [] { ports["\(port)"] = .some(nil) }
        }
        for mapping in PortClaims.mappings(of: record) {
            let port = "\(mapping.containerPort)/\(mapping.transport.rawValue)"
            let binding = PortBinding(
                hostIP: mapping.hostIP.isEmpty ? "0.0.0.0" : mapping.hostIP, hostPort: String(mapping.hostPort))
            ports[port] = ((ports[port] ?? nil) ?? []) + [binding]
        }
        return ports
    }
}
