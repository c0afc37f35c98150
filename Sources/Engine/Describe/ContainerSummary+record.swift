import CNI
import Core
import DockerAPI
import OCI

extension ContainerSummary {
    /// - Parameters:
    ///   - imageNow: the image that the container's image name leads to now; nil when it leads nowhere.
    ///   - now: nanoseconds since 1970.
    init(
        of record: ContainerRecord, document: ContainerDocument, imageNow: Digest?, isRestarting: Bool, now: Int64
    ) {
        self.init()
        id = record.id
        names = ["/" + record.spec.name]
        imageID = record.spec.image.description
        image = imageNow == record.spec.image ? record.spec.imageName : imageID
        command = Self.line(document.config.arguments)
        created = record.createdAt / 1_000_000_000
        ports = record.state == .running ? Self.ports(of: record, document: document) : []
        labels = document.config.labels ?? [:]
        let status = ContainerStatus(of: record, isRestarting: isRestarting, now: now)
        state = status.word
        self.status = status.phrase
        hostConfig.networkMode = document.hostConfig.networkMode
        var networks = Networks()
        networks.networks = NetworkSettings.networks(of: record, document: document)
        networkSettings = networks
        mounts = document.mountPoints
    }

    /// Arguments with a space in them stand in quotes.
    static func line(_ arguments: [String]) -> String {
        arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
    }

    static func ports(of record: ContainerRecord, document: ContainerDocument) -> [PortSummary] {
        let ports = NetworkSettings.ports(of: record, document: document)
        return ports.keys.sorted().flatMap { key -> [PortSummary] in
            guard let port = (try? PortSpecification.list(key))?.first else { return [] }
            let (number, type) = (Int(port.port), port.transport.rawValue)
            guard let bindings = ports[key] ?? nil else { return [PortSummary(privatePort: number, type: type)] }
            return bindings.map {
                PortSummary(ip: $0.hostIP, privatePort: number, publicPort: Int($0.hostPort) ?? 0, type: type)
            }
        }
    }
}
