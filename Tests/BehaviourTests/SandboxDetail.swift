import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    /// What a verbose status tells.
    @Suite struct SandboxDetail {
        private func details(_ pod: Pod) async throws -> JSONValue {
            let answer = try await pod.client.podSandboxStatus(
                PodSandboxStatusRequest(podSandboxId: pod.id, verbose: true))
            return try JSONValue(parsing: Array(try #require(answer.info["info"]).utf8))
        }

        private static let notThen: [Stage: String] = [.dockershim120: "there were no verbose answers"]

        @Test("a verbose status tells the pid, the image and the handler", arguments: Stage.all)
        func process(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStatus", gaps: Self.notThen) { kubelet in
                try await kubelet.pod(handler: "runc") { pod in
                    let info = try await details(pod)
                    #expect(info["pid"]?.int.flatMap { Int32(exactly: $0) } == (try await pod.holder))
                    #expect(info["processStatus"]?.string == "running")
                    #expect(info["image"]?.string?.contains("pause") == true)
                    #expect(info["runtimeHandler"]?.string == "runc")
                    #expect(info["runtimeType"]?.string == "runc")
                }
            }
        }

        @Test("a verbose status gives the configuration back, sizes and overhead of the pod too", arguments: Stage.all)
        func configuration(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStatus", gaps: Self.notThen) { kubelet in
                try await kubelet.pod {
                    $0.annotations = ["note": "kept"]
                    $0.dnsConfig = DNSConfig(servers: ["10.0.0.10"])
                    $0.portMappings = [PortMapping(containerPort: 8080)]
                    $0.linux?.resources = LinuxContainerResources(
                        cpuPeriod: 100_000, cpuQuota: 50_000, cpuShares: 512, memoryLimitInBytes: 64 << 20)
                    $0.linux?.overhead = LinuxContainerResources(cpuShares: 2, memoryLimitInBytes: 1 << 20)
                } _: { pod in
                    let config = try #require(try await details(pod)["config"])
                    let bytes = try CRIJSON.bytes(from: config, type: PodSandboxConfig.name)
                    #expect(try PodSandboxConfig(decoding: bytes) == pod.config)
                }
            }
        }

        @Test("a verbose status tells what the network plugins gave", arguments: Stage.all)
        func network(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStatus", gaps: Self.notThen) { kubelet in
                try await kubelet.pod { pod in
                    let status = try await pod.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.id))
                    let network = try #require(status.status?.network)
                    let interface = try await details(pod)["cniResult"]?["Interfaces"]?["eth0"]
                    let told = interface?["IPConfigs"]?.array?.compactMap { $0["IP"]?.string }
                    #expect(told == [network.ip] + network.additionalIps.map(\.ip))
                }
            }
        }

        @Test("a verbose status has the runtime's own document", arguments: Stage.all)
        func runtimeDocument(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "no REST call of Docker gives config.json",
                .dockershim120: "there were no verbose answers",
            ]
            try await stage.check("PodSandboxStatus", gaps: gaps) { kubelet in
                try await kubelet.pod {
                    $0.linux?.resources = LinuxContainerResources(cpuShares: 512)
                } _: { pod in
                    let document = try #require(try await details(pod)["runtimeSpec"])
                    #expect(document["ociVersion"]?.string?.hasPrefix("1.") == true)
                    #expect(document["hostname"]?.string == pod.config.hostname)
                    let annotations = document["annotations"]
                    #expect(annotations?["io.kubernetes.cri.container-type"]?.string == "sandbox")
                    #expect(annotations?["io.kubernetes.cri.sandbox-cpu-shares"]?.string == "512")
                }
            }
        }

        @Test("a verbose status has the statuses of the containers and the time they are of", arguments: Stage.all)
        func containers(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStatus", gaps: Self.notThen) { kubelet in
                try await kubelet.pod { pod in
                    let ids = [try await pod.start("sleep 1000", name: "a"), try await pod.start("exit 3", name: "b")]
                    let ended = try await pod.exited(ids[1])
                    let before = Timestamp.now().nanoseconds
                    let answer = try await pod.client.podSandboxStatus(
                        PodSandboxStatusRequest(podSandboxId: pod.id, verbose: true))
                    #expect((before...Timestamp.now().nanoseconds).contains(answer.timestamp))
                    #expect(Set(answer.containersStatuses.map(\.id)) == Set(ids))
                    #expect(answer.containersStatuses.first { $0.id == ids[1] } == ended)
                }
            }
        }
    }
}
