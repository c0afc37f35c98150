import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    /// User namespaces of pods.
    @Suite struct SandboxUsers {
        private static let gaps: [Stage: String] = [
            .dockershim: "Docker maps ids for the whole daemon, no REST call for one container",
            .dockershim120: "there were no user namespaces",
        ]
        private static let mapping = [CRI.IDMapping(hostId: 1_200_000, containerId: 0, length: 65_536)]

        private static func options(
            _ config: inout PodSandboxConfig, uids: [CRI.IDMapping] = mapping, gids: [CRI.IDMapping] = mapping,
            _ change: (inout NamespaceOption) -> Void = { _ in }
        ) {
            var options = NamespaceOption(
                pid: .container, usernsOptions: UserNamespace(mode: .pod, uids: uids, gids: gids))
            change(&options)
            config.linux?.securityContext?.namespaceOptions = options
        }

        @Test(
            "a pod's root is nobody on the host, and owns the pod's files, with either runtime", arguments: Stage.all)
        func mapped(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox", gaps: Self.gaps) { kubelet in
                for handler in ["crun", "runc"] {
                    try await kubelet.pod(handler: handler) {
                        Self.options(&$0)
                    } _: { pod in
                        let id = try await pod.start("touch /made; exec sleep 1000")
                        let pid = try #require(try await kubelet.processes(of: id).first)
                        #expect(try await kubelet.fact("Uid", of: pid) == "1200000 1200000 1200000 1200000")
                        #expect(try await kubelet.fact("Gid", of: pod.holder) == "1200000 1200000 1200000 1200000")
                        #expect(
                            try await kubelet.namespace("user", of: pid)
                                == (try await kubelet.namespace("user", of: pod.holder)))
                        #expect(
                            try await pod.said(id, "id -u; stat -c %u:%g / /bin/busybox /made") == "0\n0:0\n0:0\n0:0")
                        #expect(
                            try await pod.said(id, "cat /proc/self/uid_map").split(separator: " ")
                                == ["0", "1200000", "65536"])
                        // Changing a file of the image is a copy that belongs to the pod's root.
                        #expect(try await pod.said(id, "chown 5:6 /bin/busybox && stat -c %u:%g /bin/busybox") == "5:6")
                        #expect(try await pod.said(id, "cat /etc/resolv.conf >/dev/null && echo read") == "read")
                        let status = try await pod.client.podSandboxStatus(
                            PodSandboxStatusRequest(podSandboxId: pod.id))
                        #expect(
                            status.status?.linux?.namespaces?.options?.usernsOptions
                                == UserNamespace(mode: .pod, uids: Self.mapping, gids: Self.mapping))
                        #expect(status.status?.network?.ip.isEmpty == false)
                    }
                }
            }
        }

        @Test(
            "containers of the pod share its user namespace, network and memory, and nothing is left",
            arguments: Stage.all)
        func shared(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.gaps) { kubelet in
                let names = try await kubelet.pod {
                    Self.options(&$0) { $0.pid = .pod }
                    $0.linux?.sysctls = ["net.ipv4.ip_unprivileged_port_start": "0"]
                } _: { pod in
                    func config(_ container: inout ContainerConfig) {
                        container.linux?.securityContext?.namespaceOptions =
                            pod.config.linux?.securityContext?
                            .namespaceOptions
                    }
                    let first = try await pod.start(
                        "echo x > /dev/shm/x; exec sleep 1000", name: "a", configure: config)
                    let second = try await pod.start("exec sleep 1000", name: "b", configure: config)
                    let pids = try await [
                        #require(kubelet.processes(of: first).first), #require(kubelet.processes(of: second).first),
                    ]
                    for kind in ["user", "net", "ipc", "pid"] {
                        #expect(
                            try await kubelet.namespace(kind, of: pids[0])
                                == (try await kubelet.namespace(kind, of: pids[1])), "\(kind)")
                    }
                    let host = try await blocking { try Files.link(at: "/proc/self/ns/user") }
                    #expect(try await kubelet.namespace("user", of: pids[0]) != host)
                    #expect(try await pod.said(second, "cat /dev/shm/x") == "x")
                    #expect(try await pod.said(second, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start") == "0")
                    return [pod.id, first, second]
                }
                #expect(try await kubelet.remains(of: names) == [])
            }
        }

        @Test("the status tells whether a handler can map users, and it can then", arguments: Stage.all)
        func told(_ stage: Stage) async throws {
            try await stage.check("Status", gaps: Self.gaps) { kubelet in
                let handlers = try await kubelet.client.status(StatusRequest()).runtimeHandlers
                #expect(handlers.first { $0.name.isEmpty }?.features?.userNamespaces == true)
            }
        }

        @Test("NODE is the host's user namespace, which is also told", arguments: Stage.all)
        func node(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod {
                    Self.options(&$0, uids: [], gids: []) { $0.usernsOptions?.mode = .node }
                } _: { pod in
                    let host = try await blocking { try Files.link(at: "/proc/self/ns/user") }
                    #expect(try await kubelet.namespace("user", of: pod.holder) == host)
                }
            }
        }

        @Test("mappings that cannot be are refused", arguments: Stage.all)
        func refused(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "Docker maps ids for the whole daemon, no REST call for one container: UNIMPLEMENTED",
                .dockershim120: "there were no user namespaces",
            ]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                func refusal(_ change: (inout PodSandboxConfig) -> Void) async -> GRPCStatus.Code? {
                    var config = kubelet.podConfiguration()
                    change(&config)
                    let wanted = config
                    let failed = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: wanted))
                    }
                    return failed?.code
                }
                let none = [CRI.IDMapping(hostId: 1000, containerId: 0, length: 0)]
                let noRoot = [CRI.IDMapping(hostId: 1000, containerId: 1, length: 10)]
                let twice = [
                    CRI.IDMapping(hostId: 1000, containerId: 0, length: 10),
                    CRI.IDMapping(hostId: 1005, containerId: 10, length: 10),
                ]
                for mappings in [[], none, noRoot, twice] {
                    #expect(await refusal { Self.options(&$0, uids: mappings) } == .invalidArgument)
                    #expect(await refusal { Self.options(&$0, gids: mappings) } == .invalidArgument)
                }
                #expect(await refusal { Self.options(&$0) { $0.network = .node } } == .invalidArgument)
            }
        }

        @Test("the bridge says that Docker has no user namespace for one pod", arguments: [Stage.dockershim])
        func unsupported(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                var config = kubelet.podConfiguration()
                Self.options(&config)
                let wanted = config
                let refused = await kubelet.failure { () async throws(GRPCStatus) in
                    try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: wanted))
                }
                #expect(refused?.code == .unimplemented)
                #expect(refused?.message.contains("userns_options") == true)
            }
        }
    }
}
