import CNI
import Faults
import Glibc
import Linux
import Testing

/// Real plugin programs in real namespaces.
@Suite("Pod networks through the real CNI plugins", .serialized, .enabled(if: getuid() == 0, "needs root"))
struct CNIPluginTests {
    private let folder = "/tmp/oxbow-cni-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

    private var network: PluginNetwork {
        let text = PluginNetwork.ownBridge(name: "oxbow-test", bridge: "oxbowt0", subnet: "10.88.7.0/24")
            .replacing(#""type": "host-local","#, with: #""type": "host-local", "dataDir": "\#(folder)/leases","#)
        return PluginNetwork(
            .init(configurationFolder: folder + "/net.d", cacheFolder: folder + "/cache", fallback: text))
    }

    private func request(_ id: String, ports: [PortMapping] = []) -> NetworkRequest {
        NetworkRequest(pod: PodIdentity(id: id, namespace: "ns", name: id, uid: "u"), portMappings: ports)
    }

    private func leases() -> [String] {
        ((try? Files.entries(of: folder + "/leases/oxbow-test")) ?? []).filter { $0.hasPrefix("10.") }
    }

    @Test("a namespace gets an address and gives it back, and detaching twice is fine")
    func attachAndDetach() async throws {
        defer { cleanUp() }
        let path = folder + "/ns"
        try NetworkNamespaces.create(at: path)
        let request = request("attach", ports: [PortMapping(transport: .tcp, containerPort: 80, hostPort: 38080)])
        let result = try await network.attach(request, namespacePath: path)
        #expect(result.addresses.count == 1)
        #expect(result.addresses.first?.hasPrefix("10.88.7.") == true)
        #expect(result.prefixLength == 24)
        #expect(try NetworkNamespaces.addresses(of: "eth0", in: path) == result.addresses)
        #expect(leases() == result.addresses)
        for _ in 1...2 { try await network.detach(request, namespacePath: path) }
        #expect(try NetworkNamespaces.addresses(of: "eth0", in: path).isEmpty)
        #expect(leases().isEmpty)
        try NetworkNamespaces.delete(path)
        #expect(!Files.exists(path))
        #expect(try Files.entries(of: folder + "/cache").isEmpty)
    }

    @Test("an address is given back when the namespace is already gone")
    func namespaceGone() async throws {
        defer { cleanUp() }
        let path = folder + "/ns"
        try NetworkNamespaces.create(at: path)
        _ = try await network.attach(request("gone"), namespacePath: path)
        try NetworkNamespaces.delete(path)
        try await network.detach(request("gone"), namespacePath: "")
        #expect(leases().isEmpty)
    }

    @Test("a failed attach takes back what the plugins before it did")
    func failedAttach() async throws {
        defer { cleanUp() }
        await #expect(throws: OxbowError.self) {
            try await network.attach(request("bad"), namespacePath: folder + "/no-such-namespace")
        }
        #expect(leases().isEmpty)
    }

    private func cleanUp() {
        try? NetworkNamespaces.delete(folder + "/ns")
        try? Files.removeTree(folder)
        system("ip link delete oxbowt0 2>/dev/null")
    }
}
