import CNI
import DockerAPI
import Faults

/// `HostConfig.NetworkMode`, read.
enum NetworkMode: Equatable {
    /// The pod network of this host, which Docker calls its default bridge.
    case bridge
    case host
    case none
    /// By id, name or prefix, as the client wrote it.
    case container(String)

    /// - Throws: `.unsupported` for a network made by a user.
    init(_ text: String) throws(OxbowError) {
        switch text {
        case "", "default", "bridge": self = .bridge
        case "host": self = .host
        case "none": self = .none
        case let text where text.hasPrefix("container:"): self = .container(String(text.dropFirst(10)))
        default:
            throw OxbowError(.unsupported, "network \(text): user-defined networks are not supported by this engine")
        }
    }

    /// Name of the entry in `NetworkSettings.Networks`; nil when another container's network is used.
    var name: String? {
        switch self {
        case .bridge: "bridge"
        case .host: "host"
        case .none: "none"
        case .container: nil
        }
    }
}

extension NetworkingConfig {
    /// - Throws: `.badRequest` for settings that only user-defined networks have.
    func check() throws(OxbowError) {
        let endpoints = endpointsConfig ?? [:]
        if endpoints.count > 1 {
            throw OxbowError(
                .badRequest,
                "Container cannot be created with multiple network endpoints: "
                    + endpoints.keys.sorted().joined(separator: ", "))
        }
        for case let (name, endpoint?) in endpoints {
            let mode = try NetworkMode(name)
            if let address = endpoint.ipamConfig, !address.ipv4Address.isEmpty || !address.ipv6Address.isEmpty {
                throw OxbowError(
                    .badRequest, "user specified IP address is supported on user defined networks only")
            }
            if !(endpoint.aliases ?? []).isEmpty, mode != .none {
                throw OxbowError(
                    .badRequest, "network-scoped alias is supported only for containers in user defined networks")
            }
        }
    }
}
