// CONTRACT: signatures other modules build against. The owner replaces the bodies and splits this file, one type a file.
public import Faults
public import Linux

/// Who a network is attached for: what plugins see as CNI_ARGS and capability arguments.
package struct PodIdentity: Sendable, Codable, Equatable {
    /// CNI_CONTAINERID.
    package var id: String
    package var namespace: String
    package var name: String
    package var uid: String
    package init(id: String, namespace: String, name: String, uid: String) {
        self.id = id
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }
}

package struct PortMapping: Sendable, Codable, Equatable {
    package enum TransportProtocol: String, Sendable, Codable { case tcp, udp, sctp }
    package var transport: TransportProtocol
    package var containerPort: Int
    package var hostPort: Int
    package var hostIP: String
    package init(transport: TransportProtocol, containerPort: Int, hostPort: Int, hostIP: String = "") {
        self.transport = transport
        self.containerPort = containerPort
        self.hostPort = hostPort
        self.hostIP = hostIP
    }
}

package struct NetworkRequest: Sendable, Codable, Equatable {
    package var pod: PodIdentity
    package var portMappings: [PortMapping]
    /// Bits per second; 0: none.
    package var ingressBandwidth: UInt64
    package var egressBandwidth: UInt64
    package init(pod: PodIdentity, portMappings: [PortMapping] = [], ingressBandwidth: UInt64 = 0, egressBandwidth: UInt64 = 0) {
        self.pod = pod
        self.portMappings = portMappings
        self.ingressBandwidth = ingressBandwidth
        self.egressBandwidth = egressBandwidth
    }
}

package struct NetworkResult: Sendable, Codable, Equatable {
    /// Addresses without prefix length, IPv4 first, of the interface `eth0`.
    package var addresses: [String]
    /// MAC, gateway and prefix lengths, for Docker's inspect.
    package var macAddress: String
    package var gateway: String
    package var prefixLength: Int
    package init(addresses: [String], macAddress: String = "", gateway: String = "", prefixLength: Int = 0) {
        self.addresses = addresses
        self.macAddress = macAddress
        self.gateway = gateway
        self.prefixLength = prefixLength
    }
}

/// The seam for pod networks: CNI plugin programs today.
package protocol PodNetwork: Sendable {
    /// nil when ready, else why not (`cni config uninitialized`).
    func problem() async -> String?
    func attach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) -> NetworkResult
    /// Idempotent. `namespacePath` is "" when the namespace is gone.
    func detach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError)
}

/// Runs the plugins of the first valid configuration in a folder (`*.conf`, `*.conflist`, `*.json`, lexical order).
package final class PluginNetwork: PodNetwork {
    package struct Configuration: Sendable {
        /// `/etc/cni/net.d`
        package var configurationFolder: String
        /// Where plugin programs are looked for, in order: `/opt/cni/bin`, `/usr/lib/cni`.
        package var programFolders: [String]
        /// Results of ADD are kept here, for DEL's `prevResult`.
        package var cacheFolder: String
        /// Used when the folder holds no valid configuration; nil: then there is no network.
        package var fallback: String?
        package init(
            configurationFolder: String = "/etc/cni/net.d", programFolders: [String] = ["/opt/cni/bin", "/usr/lib/cni"],
            cacheFolder: String, fallback: String? = PluginNetwork.ownBridge()
        ) {
            self.configurationFolder = configurationFolder
            self.programFolders = programFolders
            self.cacheFolder = cacheFolder
            self.fallback = fallback
        }
    }
    /// A bridge + portmap conflist of our own, for hosts that have none.
    package static func ownBridge(name: String = "oxbow", bridge: String = "oxbow0", subnet: String = "10.87.0.0/16") -> String { fatalError("contract") }
    package init(_ configuration: Configuration) { fatalError("contract") }
    package func problem() async -> String? { fatalError("contract") }
    package func attach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) -> NetworkResult { fatalError("contract") }
    package func detach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) { fatalError("contract") }
}
