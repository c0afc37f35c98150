import CRI
import CRIServer
import Faults
import Testing

@Suite("What a pod's configuration must be")
struct PodConfigCheckTests {
    private let good = PodSandboxConfig(
        metadata: PodSandboxMetadata(name: "a", uid: "u", namespace: "n"), hostname: "a",
        dnsConfig: DNSConfig(servers: ["10.0.0.1"], searches: ["a.b"], options: ["ndots:5"]),
        portMappings: [
            PortMapping(containerPort: 80),
            PortMapping(transport: .sctp, containerPort: 80, hostPort: 8080, hostIp: "::1"),
        ])

    private func kind(_ change: (inout PodSandboxConfig) -> Void) -> OxbowError.Kind? {
        var config = good
        change(&config)
        do throws(OxbowError) {
            try PodConfigCheck.check(config)
            return nil
        } catch {
            return error.kind
        }
    }

    private func kind(_ options: NamespaceOption) -> OxbowError.Kind? {
        kind {
            $0.linux = LinuxPodSandboxConfig(securityContext: LinuxSandboxSecurityContext(namespaceOptions: options))
        }
    }

    @Test("a whole configuration passes, and an empty one")
    func passes() throws {
        #expect(kind { _ in } == nil)
        #expect(kind { $0 = PodSandboxConfig() } == nil)
        #expect(kind { $0.hostname = String(repeating: "a", count: 64) } == nil)
    }

    @Test("a host name has at most 64 bytes")
    func hostname() {
        #expect(kind { $0.hostname = String(repeating: "a", count: 65) } == .badRequest)
        #expect(kind { $0.hostname = String(repeating: "ä", count: 33) } == .badRequest)
    }

    @Test("words of resolv.conf hold no white space", arguments: ["", "a b", "a\nb", "a\tb", "\u{7F}"])
    func dns(word: String) {
        #expect(kind { $0.dnsConfig?.servers = [word] } == .badRequest)
        #expect(kind { $0.dnsConfig?.searches = [word] } == .badRequest)
        #expect(kind { $0.dnsConfig?.options = [word] } == .badRequest)
    }

    @Test(
        "ports are 1 to 65535, of a protocol with a name, on an address",
        arguments: [
            PortMapping(containerPort: 80, hostPort: -1), PortMapping(containerPort: 80, hostPort: 65_536),
            PortMapping(containerPort: 0, hostPort: 80), PortMapping(containerPort: 70_000, hostPort: 80),
            PortMapping(transport: PortProtocol(rawValue: 7), containerPort: 80, hostPort: 80),
            PortMapping(containerPort: 80, hostPort: 80, hostIp: "localhost"),
        ])
    func ports(mapping: PortMapping) {
        #expect(kind { $0.portMappings = [mapping] } == .badRequest)
    }

    @Test("a user namespace goes with no namespace of the host, and NODE with no mapping")
    func users() {
        func options(_ mode: NamespaceMode, _ change: (inout NamespaceOption) -> Void = { _ in }) -> NamespaceOption {
            var options = NamespaceOption(usernsOptions: UserNamespace(mode: mode))
            change(&options)
            return options
        }
        #expect(kind(options(.pod)) == nil)
        #expect(kind(options(.node)) == nil)
        #expect(kind(options(.pod) { $0.network = .node }) == .badRequest)
        #expect(kind(options(.pod) { $0.pid = .node }) == .badRequest)
        #expect(kind(options(.pod) { $0.ipc = .node }) == .badRequest)
        #expect(kind(options(.node) { $0.usernsOptions?.uids = [IDMapping(length: 1)] }) == .badRequest)
        #expect(kind(options(.target)) == .unsupported)
        #expect(kind(NamespaceOption(pid: .target)) == .badRequest)
    }

    @Test("groups are ids, and a group needs a user")
    func groups() {
        func security(_ change: (inout LinuxSandboxSecurityContext) -> Void) -> OxbowError.Kind? {
            var context = LinuxSandboxSecurityContext()
            change(&context)
            let asked = context
            return kind { $0.linux = LinuxPodSandboxConfig(securityContext: asked) }
        }
        #expect(security { $0.supplementalGroups = [0, 4_294_967_295] } == nil)
        #expect(security { $0.supplementalGroups = [-1] } == .badRequest)
        #expect(security { $0.supplementalGroups = [4_294_967_296] } == .badRequest)
        #expect(security { $0.runAsGroup = Int64Value(value: 1) } == .badRequest)
    }
}

@Suite("Sysctls of pods")
struct PodSysctlTests {
    private let host = NamespaceOption(network: .node, ipc: .node)

    private func names(_ sysctls: [String: String], _ options: NamespaceOption = NamespaceOption()) -> [String]? {
        try? PodSysctls.checked(sysctls, namespaces: options).keys.sorted()
    }

    @Test(
        "those of namespaces of the pod's own pass",
        arguments: [
            "net.ipv4.ip_forward", "kernel.shmmax", "kernel.msgmni", "kernel.sem", "fs.mqueue.msg_max",
            "kernel.shm_rmid_forced", "kernel.domainname",
        ])
    func passes(name: String) {
        #expect(names([name: "1"]) == [name])
        #expect(names([name: "1"], host) == nil)
    }

    @Test(
        "those of the host do not, nor what is none",
        arguments: [
            "kernel.panic", "vm.swappiness", "kernel.hostname", "fs.file-max", "net", "", ".", "net.", ".net.ipv4",
            "net..ipv4", "net/../kernel/panic", "net.ipv4.\u{FC}", "net ipv4.x", "kernel.shmmax.x",
        ])
    func refuses(name: String) {
        #expect(names([name: "1"]) == nil)
    }

    @Test("slashes are taken as dots, and a dot between slashes stays one of a part")
    func slashes() {
        #expect(names(["net/ipv4/ip_forward": "1"]) == ["net.ipv4.ip_forward"])
        #expect(names(["net/ipv4/conf/eth0.100/forwarding": "1"]) == ["net.ipv4.conf.eth0/100.forwarding"])
        #expect(names(["net.ipv4.conf.eth0/100.forwarding": "1"]) == ["net.ipv4.conf.eth0/100.forwarding"])
        #expect(names(["net/ipv4/ip_forward": "1", "net.ipv4.ip_forward": "0"]) == nil)
    }
}
