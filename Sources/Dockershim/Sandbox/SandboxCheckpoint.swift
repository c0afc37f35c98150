import CRI
import DockerAPI
import NIOCore

/// What must be known of a sandbox to undo its network once Docker has forgotten the container.
///
/// The members are dockershim's. Its checksum went over a dump with Go's type names, which made its files and
/// cri-dockerd's unreadable to each other; ours goes over the data as JSON.
package struct SandboxCheckpoint: Sendable, Codable, Equatable {
    package struct Port: Sendable, Codable, Equatable {
        /// `tcp`, `udp`, `sctp`
        package var `protocol`: String
        package var containerPort: Int32
        package var hostPort: Int32
        package var hostIP: String?

        enum CodingKeys: String, CodingKey {
            case `protocol`
            case containerPort = "container_port"
            case hostPort = "host_port"
            case hostIP = "host_ip"
        }
    }

    package struct Content: Sendable, Codable, Equatable {
        package var portMappings: [Port]?
        package var hostNetwork: Bool?
        /// Not dockershim's: containers of the sandbox are created with the same runtime.
        package var runtimeHandler: String?
        /// Not dockershim's: the last UpdatePodSandboxResources, each as JSON of the CRI.
        package var overhead: String?
        package var resources: String?
        /// Nor these two: what Docker does not keep of a sandbox. A `NamespaceMode`; `PodSandboxConfig` as JSON.
        package var pidMode: Int32?
        package var configuration: String?

        enum CodingKeys: String, CodingKey {
            case portMappings = "port_mappings"
            case hostNetwork = "host_network"
            case runtimeHandler = "runtime_handler"
            case overhead
            case resources
            case pidMode = "pid_mode"
            case configuration
        }
    }

    package var version = "v1"
    package var name: String
    package var namespace: String
    package var data: Content
    package var checksum: UInt32 = 0

    /// - Parameter configuration: `config` as JSON, for a bridge that tells it.
    init(
        _ config: PodSandboxConfig, runtimeHandler: String = "", configuration: String? = nil
    ) throws(DockerAPI.JSONFailure) {
        name = config.metadata?.name ?? ""
        namespace = config.metadata?.namespace ?? ""
        let ports = config.portMappings.map {
            Port(
                protocol: PortEncoding.protocolName($0.transport), containerPort: $0.containerPort,
                hostPort: $0.hostPort, hostIP: $0.hostIp.isEmpty ? nil : $0.hostIp)
        }
        let hostNetwork = config.linux?.securityContext?.namespaceOptions?.network == .node
        data = Content(
            portMappings: ports.isEmpty ? nil : ports, hostNetwork: hostNetwork ? true : nil,
            runtimeHandler: runtimeHandler.isEmpty ? nil : runtimeHandler)
        if let configuration {
            data.configuration = configuration
            data.pidMode = (config.linux?.securityContext?.namespaceOptions?.pid ?? .pod).rawValue
        }
        checksum = try data.checksum()
    }

    /// With what a resize has asked for.
    func resized(overhead: String?, resources: String?) throws(DockerAPI.JSONFailure) -> SandboxCheckpoint {
        var resized = self
        resized.data.overhead = overhead ?? data.overhead
        resized.data.resources = resources ?? data.resources
        resized.checksum = try resized.data.checksum()
        return resized
    }

    var usesHostNetwork: Bool { data.hostNetwork ?? false }

    /// - Returns: nil for a file that is damaged, whatever way.
    static func read(_ bytes: [UInt8]) -> SandboxCheckpoint? {
        guard let checkpoint = try? DockerJSON.decode(SandboxCheckpoint.self, from: ByteBuffer(bytes: bytes)),
            checkpoint.version == "v1", let sum = try? checkpoint.data.checksum(), sum == checkpoint.checksum
        else { return nil }
        return checkpoint
    }

    func bytes() throws(DockerAPI.JSONFailure) -> [UInt8] { Array(try DockerJSON.encode(self).readableBytesView) }
}

extension SandboxCheckpoint.Content {
    /// FNV-1a, 32 bits, over the JSON with sorted keys.
    fileprivate func checksum() throws(DockerAPI.JSONFailure) -> UInt32 {
        try DockerJSON.encode(self).readableBytesView.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
