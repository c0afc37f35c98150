import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct SandboxNetwork {
        @Test("a pod's addresses are told, of both families, and are those inside", arguments: Stage.all)
        func addresses(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "a pod has one address, of the first family"]
            try await stage.check("PodSandboxStatus", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let status = try await pod.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.id))
                    let network = try #require(status.status?.network)
                    #expect(network.ip.contains("."))
                    #expect(network.additionalIps.map { $0.ip.contains(":") } == [true])
                    let inside = try await NetworkNamespaces.addresses(
                        of: "eth0", in: "/proc/\(pod.holder)/ns/net")
                    #expect(Set(inside) == Set([network.ip] + network.additionalIps.map(\.ip)))
                }
            }
        }

        @Test("pods reach each other by address, and a pod its own loopback", arguments: Stage.all)
        func reach(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod { server in
                    let listener = try await server.start("exec nc -ll -p 8080 -e echo here")
                    _ = try await kubelet.eventually {
                        try await server.said(listener, "nc -w 2 127.0.0.1 8080 || true")
                    } until: {
                        $0 == "here"
                    }
                    let status = try await server.client.podSandboxStatus(
                        PodSandboxStatusRequest(podSandboxId: server.id))
                    let address = try #require(status.status?.network?.ip)
                    try await kubelet.pod { client in
                        let (_, output) = try await client.run("nc -w 5 \(address) 8080")
                        #expect(output == "here\n")
                    }
                }
            }
        }

        @Test("host name and DNS configuration are those of the pod", arguments: Stage.all)
        func names(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod {
                    $0.hostname = "web-0"
                    $0.dnsConfig = DNSConfig(
                        servers: ["10.96.0.10", "fd00::a"], searches: ["ns.svc.cluster.local", "svc.cluster.local"],
                        options: ["ndots:5", "edns0"])
                } _: { pod in
                    let (_, output) = try await pod.run("hostname; cat /etc/hostname /etc/resolv.conf")
                    #expect(
                        output == """
                            web-0
                            web-0
                            nameserver 10.96.0.10
                            nameserver fd00::a
                            search ns.svc.cluster.local svc.cluster.local
                            options ndots:5 edns0

                            """)
                }
            }
        }

        @Test("without a DNS configuration a pod resolves as the host does", arguments: Stage.all)
        func hostResolver(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                for dns in [nil, DNSConfig()] {
                    try await kubelet.pod {
                        $0.linux?.securityContext?.namespaceOptions = NamespaceOption(network: .node, pid: .container)
                        $0.hostname = ""
                        $0.dnsConfig = dns
                    } _: { pod in
                        let host = try await blocking { try Files.read("/etc/resolv.conf") }
                        let servers = String(decoding: host, as: UTF8.self).split(separator: "\n")
                            .filter { $0.hasPrefix("nameserver ") }
                        let told = try await pod.run("grep ^nameserver /etc/resolv.conf || true").output
                        #expect(told.split(separator: "\n") == servers)
                    }
                }
            }
        }

        @Test("sysctls of the pod's namespaces are set, and the host's stay", arguments: Stage.all)
        func sysctls(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let wanted = [
                    "net.ipv4.ip_local_port_range": "20000\t30000", "net.ipv4.tcp_syncookies": "0",
                    "kernel.shm_rmid_forced": "1", "kernel.msgmax": "65536", "fs.mqueue.msg_max": "20",
                ]
                @Sendable func path(_ name: String) -> String { "/proc/sys/" + name.replacing(".", with: "/") }
                func host() async throws -> [[UInt8]] {
                    try await blocking { try wanted.keys.sorted().map { try Files.read(path($0)) } }
                }
                let before = try await host()
                try await kubelet.pod {
                    $0.linux?.sysctls = wanted
                } _: { pod in
                    let names = wanted.keys.sorted()
                    let told = try await pod.run("cat \(names.map(path).joined(separator: " "))").output
                    #expect(told.split(separator: "\n").map(String.init) == names.map { wanted[$0] })
                    #expect(try await host() == before)
                }
            }
        }

        @Test(
            "sysctls of the host, or of a namespace shared with it, are refused, and nothing is made",
            arguments: Stage.all)
        func hostSysctls(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "leaves it to the runtime: UNKNOWN, and the sandbox stays"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let network = NamespaceOption(network: .node, pid: .container)
                let ipc = NamespaceOption(pid: .container, ipc: .node)
                let cases: [(String, NamespaceOption?)] = [
                    ("kernel.panic", nil), ("vm.swappiness", nil), ("net.ipv4.ip_forward", network),
                    ("kernel.shmmax", ipc), ("net", nil), ("net/../kernel/panic", nil), ("net.ipv4..x", nil), ("", nil),
                ]
                for (name, options) in cases {
                    var config = kubelet.podConfiguration()
                    config.linux?.sysctls = [name: "1"]
                    if let options { config.linux?.securityContext?.namespaceOptions = options }
                    let wanted = config
                    let refused = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: wanted))
                    }
                    #expect(refused?.code == .invalidArgument, "\(name)")
                    #expect(refused?.message.contains("sysctl") == true)
                    let filter = PodSandboxFilter(labelSelector: config.labels)
                    let left = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                    #expect(left.isEmpty)
                }
            }
        }

        @Test("host names and DNS words that cannot be are refused", arguments: Stage.all)
        func refused(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "takes them as they are"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let changes: [(inout PodSandboxConfig) -> Void] = [
                    { $0.hostname = String(repeating: "a", count: 65) },
                    { $0.dnsConfig = DNSConfig(servers: ["10.0.0.1\nnameserver 10.6.6.6"]) },
                    { $0.dnsConfig = DNSConfig(searches: [""]) },
                ]
                for change in changes {
                    var config = kubelet.podConfiguration()
                    change(&config)
                    let wanted = config
                    let refused = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: wanted))
                    }
                    #expect(refused?.code == .invalidArgument)
                }
            }
        }

        @Test("a sandbox whose network plugins fail is not made, and leaves nothing", arguments: Stage.all)
        func pluginFails(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the failed sandbox is left for garbage collection"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let config = kubelet.podConfiguration(StageNetwork.refusedName)
                let failed = await kubelet.failure { () async throws(GRPCStatus) in
                    try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: config))
                }
                #expect(failed?.message.contains("refused by the last plugin") == true)
                let filter = PodSandboxFilter(labelSelector: config.labels)
                let left = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                for sandbox in left {
                    _ = try await kubelet.client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: sandbox.id))
                }
                #expect(left.isEmpty)
                let uid = try #require(config.labels["io.kubernetes.pod.uid"])
                #expect(try await kubelet.remains(of: [uid]) == [])
            }
        }
    }
}
