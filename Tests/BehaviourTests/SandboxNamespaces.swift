import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct SandboxNamespaces {
        private static func options(_ config: inout PodSandboxConfig, _ options: NamespaceOption) {
            config.linux?.securityContext?.namespaceOptions = options
        }
        private static func container(_ config: inout ContainerConfig, _ options: NamespaceOption) {
            config.linux?.securityContext?.namespaceOptions = options
        }
        private func told(_ pod: Pod) async throws -> NamespaceOption? {
            let answer = try await pod.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.id))
            return answer.status?.linux?.namespaces?.options
        }
        /// The one process of a container that sleeps.
        private func process(_ kubelet: Kubelet, _ container: String) async throws -> Int32 {
            try #require(try await kubelet.processes(of: container).first)
        }

        @Test("a pod has a network and an IPC namespace of its own, which its containers share", arguments: Stage.all)
        func ownNamespaces(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod { pod in
                    let container = try await process(kubelet, pod.start("exec sleep 1000"))
                    let holder = try await pod.holder
                    for kind in ["net", "ipc"] {
                        let own = try await kubelet.namespace(kind, of: holder)
                        #expect(own != (try await blocking { try Files.link(at: "/proc/self/ns/\(kind)") }))
                        #expect(own == (try await kubelet.namespace(kind, of: container)))
                    }
                    for kind in ["pid", "mnt"] {
                        #expect(
                            try await kubelet.namespace(kind, of: holder)
                                != (try await kubelet.namespace(kind, of: container)))
                    }
                }
            }
        }

        @Test("a pod's host name is one thing: a container that changes it changes it for all", arguments: Stage.all)
        func sharedHostname(_ stage: Stage) async throws {
            let reason = "Docker lets a container have the host's UTS namespace or its own, not another container's"
            try await stage.check("CreateContainer", gaps: [.dockershim: reason, .dockershim120: reason]) { kubelet in
                try await kubelet.pod {
                    $0.linux?.securityContext?.privileged = true
                } _: { pod in
                    let first = try await pod.start("exec sleep 1000", name: "a") {
                        $0.linux?.securityContext?.privileged = true
                    }
                    let second = try await pod.start("exec sleep 1000", name: "b")
                    _ = try await pod.said(first, "hostname renamed")
                    #expect(try await pod.said(second, "hostname") == "renamed")
                }
            }
        }

        @Test("the host's network, with the host's name and no address of its own", arguments: Stage.all)
        func hostNetwork(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod {
                    $0.hostname = ""
                    Self.options(&$0, NamespaceOption(network: .node, pid: .container))
                } _: { pod in
                    let host = try await blocking { try Files.link(at: "/proc/self/ns/net") }
                    #expect(try await kubelet.namespace("net", of: pod.holder) == host)
                    #expect(try await told(pod)?.network == .node)
                    let status = try await pod.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.id))
                    #expect(status.status?.network?.ip == "")
                    let name = try await kubelet.hostSays("hostname", [])
                    #expect(
                        try await pod.run("hostname") {
                            Self.container(&$0, NamespaceOption(network: .node, pid: .container))
                        }.output == name)
                }
            }
        }

        @Test("the host's PID and IPC namespaces", arguments: Stage.all)
        func hostPIDAndIPC(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let node = NamespaceOption(pid: .node, ipc: .node)
                try await kubelet.pod {
                    Self.options(&$0, node)
                } _: { pod in
                    let container = try await process(
                        kubelet, pod.start("exec sleep 1000") { Self.container(&$0, node) })
                    for kind in ["pid", "ipc"] {
                        let host = try await blocking { try Files.link(at: "/proc/self/ns/\(kind)") }
                        #expect(try await kubelet.namespace(kind, of: pod.holder) == host)
                        #expect(try await kubelet.namespace(kind, of: container) == host)
                    }
                    let options = try await told(pod)
                    #expect(options?.pid == .node)
                    #expect(options?.ipc == .node)
                }
            }
        }

        @Test("containers that share the pod's PID namespace see each other", arguments: Stage.all)
        func sharedPID(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                let shared = NamespaceOption(pid: .pod)
                try await kubelet.pod {
                    Self.options(&$0, shared)
                } _: { pod in
                    _ = try await pod.start("exec sleep 12345", name: "a") { Self.container(&$0, shared) }
                    let other = try await pod.start("exec sleep 1000", name: "b") { Self.container(&$0, shared) }
                    #expect(try await pod.said(other, "ps -o args").contains("sleep 12345"))
                    let holder = try await kubelet.namespace("pid", of: pod.holder)
                    #expect(try await kubelet.namespace("pid", of: process(kubelet, other)) == holder)
                    // What a container leaves behind is the pause process's to reap, and ends with the container.
                    _ = try await pod.client.stopContainer(StopContainerRequest(containerId: other))
                    #expect(try await kubelet.processes(of: other).isEmpty)
                }
            }
        }

        @Test("the status tells that the PID namespace is the pod's", arguments: Stage.all)
        func tellsSharedPID(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "tells CONTAINER for it"]
            try await stage.check("PodSandboxStatus", gaps: gaps) { kubelet in
                for mode in [NamespaceMode.pod, .container] {
                    try await kubelet.pod {
                        Self.options(&$0, NamespaceOption(pid: mode))
                    } _: { pod in
                        let options = try await told(pod)
                        #expect(options == NamespaceOption(pid: mode))
                    }
                }
            }
        }

        @Test("a container joins the PID namespace of another one of its pod", arguments: Stage.all)
        func targetPID(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let target = try await pod.start("exec sleep 54321", name: "app")
                    let debug = try await pod.start("exec sleep 1000", name: "debug") {
                        Self.container(&$0, NamespaceOption(pid: .target, targetId: target))
                    }
                    #expect(try await pod.said(debug, "ps -o args").contains("sleep 54321"))
                    #expect(
                        try await kubelet.namespace("pid", of: process(kubelet, debug))
                            == (try await kubelet.namespace("pid", of: process(kubelet, target))))
                }
            }
        }

        @Test("the target must be a running container of the same pod", arguments: Stage.all)
        func badTarget(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker joins any container, and errors are UNKNOWN"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let created = try await pod.create(pod.configuration("true", name: "created"))
                    try await kubelet.pod { other in
                        let foreign = try await other.start("sleep 1000")
                        let expected: [(String, GRPCStatus.Code)] = [
                            ("", .invalidArgument), ("nosuch", .notFound), (foreign, .invalidArgument),
                            (created, .failedPrecondition),
                        ]
                        for (number, (target, code)) in expected.enumerated() {
                            var config = pod.configuration("true", name: "debug\(number)")
                            Self.container(&config, NamespaceOption(pid: .target, targetId: target))
                            let wanted = config
                            let refused = await kubelet.failure { () async throws(GRPCStatus) in
                                try await pod.client.createContainer(
                                    CreateContainerRequest(
                                        podSandboxId: pod.id, config: wanted, sandboxConfig: pod.config))
                            }
                            #expect(refused?.code == code, "\(target)")
                        }
                    }
                }
            }
        }

        @Test("processes of a pod share memory through /dev/shm and System V", arguments: Stage.all)
        func sharedMemory(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                try await kubelet.pod { pod in
                    _ = try await pod.start("echo shared > /dev/shm/word; sleep 1000", name: "a")
                    let reader = try await pod.start("sleep 1000", name: "b")
                    _ = try await kubelet.eventually {
                        try await pod.said(reader, "cat /dev/shm/word 2>/dev/null || true")
                    } until: {
                        $0 == "shared"
                    }
                }
            }
        }
    }
}
