import CNI
import Glibc
import Linux

/// What the tests of the CNI plugins make on this host: one folder, one bridge, namespaces.
struct CNITestHost: Sendable {
    let root = "/tmp/oxbow-cni-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    private let bridge = "oxbowt0"
    private let name = "oxbow-test"

    var cache: String { root + "/cache" }

    /// Runs a test and takes away what it made, on success and on failure.
    func use(_ body: @Sendable (CNITestHost) async throws -> Void) async throws {
        let failure: (any Error)?
        do {
            try await body(self)
            failure = nil
        } catch { failure = error }
        for path in try Mounts.points(beneath: root) { try NetworkNamespaces.delete(path) }
        // Fails when the test never came to make the bridge.
        _ = try await Processes.shared.run(Command("ip", ["link", "delete", bridge]))
        try Files.removeTree(root)
        if let failure { throw failure }
    }

    /// - Parameter further: one more plugin at the end of the chain.
    func network(version: String = "0.4.0", further: String? = nil) -> PluginNetwork {
        var text = PluginNetwork.ownBridge(
            name: name, bridge: bridge, subnet: "10.88.7.0/24", leaseFolder: root + "/leases")
        text = text.replacing("0.4.0", with: version)
        if let further { text = text.replacing(#""snat": true}"#, with: #""snat": true}, "# + further) }
        return PluginNetwork(.init(configurationFolder: root + "/net.d", cacheFolder: cache, fallback: text))
    }

    func namespace(_ name: String) throws -> String {
        let path = "\(root)/ns/\(name)"
        try NetworkNamespaces.create(at: path)
        return path
    }

    func request(_ id: String, ports: [PortMapping] = []) -> NetworkRequest {
        NetworkRequest(pod: PodIdentity(id: "\(name)-\(id)", namespace: "ns", name: id, uid: "u"), portMappings: ports)
    }

    func leases() -> [String] {
        ((try? Files.entries(of: "\(root)/leases/\(name)")) ?? []).filter { $0.hasPrefix("10.") }
    }

    /// Rules of the packet filter's nat table that the plugins made for our pods: they name them in comments.
    func filterRules() async throws -> [String] {
        let saved = try await Processes.shared.run(Command("iptables-save", ["-t", "nat"]))
        return String(decoding: saved.output, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.contains(name) || $0.contains("10.88.7.") }
    }

    /// Leases, cached results, interfaces on the bridge and rules that are still there.
    func remains() async throws -> [String] {
        let cached = (try? Files.entries(of: cache)) ?? []
        let interfaces = (try? Files.entries(of: "/sys/class/net/\(bridge)/brif")) ?? []
        return try await leases() + cached + interfaces + filterRules()
    }
}
