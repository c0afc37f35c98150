import Faults
package import CNI
import CRI
import Linux
import Synchronization

/// The pod network of sandboxes whose containers Docker starts without one: plugins work on `/proc/<pid>/ns/net`.
///
/// Whether a sandbox's network is set up is known only to this process: after a restart it is unknown, and both address
/// questions and teardown are then tried.
package final class SandboxNetwork: Sendable {
    /// Reads the addresses of `eth0` in the namespace of a process.
    package typealias AddressReader = @Sendable (_ pid: Int) async throws -> [String]

    private let plugins: any PodNetwork
    private let readAddresses: AddressReader
    private let states = Mutex<[String: State]>([:])
    private let turns = Turns()

    private struct State {
        var isReady: Bool
        var addresses: [String] = []
    }

    static let interface = "eth0"

    package init(plugins: any PodNetwork, readAddresses: @escaping AddressReader = SandboxNetwork.addresses(ofProcess:))
    {
        self.plugins = plugins
        self.readAddresses = readAddresses
    }

    /// nil when ready, else why not.
    func problem() async -> String? { await plugins.problem() }

    /// nil: unknown, because the sandbox is older than this process.
    func isReady(_ id: String) -> Bool? { states.withLock { $0[id]?.isReady } }

    func mark(_ id: String, ready: Bool) {
        states.withLock { $0[id, default: State(isReady: ready)].isReady = ready }
    }

    func forget(_ id: String) { states.withLock { $0[id] = nil } }

    /// - Parameter pid: of the pause process; 0 when it does not run, which is an error.
    func attach(_ pod: NetworkRequest, pid: Int) async throws {
        guard pid > 0 else {
            throw BridgeFailure(
                .wrongState, "cannot find network namespace for the terminated container \"\(pod.pod.id)\"")
        }
        let result = try await turns.run(Self.key(pod.pod)) {
            try await plugins.attach(pod, namespacePath: Self.namespace(pid))
        }
        states.withLock { $0[pod.pod.id, default: State(isReady: false)].addresses = result.addresses }
    }

    /// - Parameter pid: 0 when the namespace is gone; plugins then undo what they remember.
    func detach(_ pod: NetworkRequest, pid: Int) async throws {
        try await turns.run(Self.key(pod.pod)) {
            try await plugins.detach(pod, namespacePath: pid > 0 ? Self.namespace(pid) : "")
        }
    }

    /// Addresses as they were when the network was set up; nil when this process did not do it.
    func rememberedAddresses(_ id: String) -> [String]? {
        states.withLock { states in
            guard let addresses = states[id]?.addresses, !addresses.isEmpty else { return nil }
            return addresses
        }
    }

    /// Looks into the namespace, with the pod's turn held, so that no half-made network is seen.
    func currentAddresses(_ pod: PodIdentity, pid: Int) async throws -> [String] {
        guard pid > 0 else {
            throw BridgeFailure(.wrongState, "cannot find network namespace for the terminated container \"\(pod.id)\"")
        }
        return try await turns.run(Self.key(pod)) { try await readAddresses(pid) }
    }

    private static func key(_ pod: PodIdentity) -> String { "\(pod.name)_\(pod.namespace)" }
    private static func namespace(_ pid: Int) -> String { "/proc/\(pid)/ns/net" }

    package static func addresses(ofProcess pid: Int) async throws -> [String] {
        try await blocking { try NetworkNamespaces.addresses(of: interface, in: namespace(pid)) }
    }
}

extension NetworkRequest {
    /// - Parameter ports: of the checkpoint; those without a host port are dropped.
    init(id: String, name: ObjectName, ports: [SandboxCheckpoint.Port], annotations: [String: String])
        throws(BridgeFailure)
    {
        self.init(
            pod: PodIdentity(id: id, namespace: name.namespace, name: name.pod, uid: name.uid),
            portMappings: ports.filter { $0.hostPort > 0 }.map {
                CNI.PortMapping(
                    transport: .init(rawValue: $0.protocol) ?? .tcp, containerPort: Int($0.containerPort),
                    hostPort: Int($0.hostPort), hostIP: $0.hostIP ?? "")
            },
            ingressBandwidth: try Bandwidth.read(annotations, Bandwidth.ingress),
            egressBandwidth: try Bandwidth.read(annotations, Bandwidth.egress))
    }
}
