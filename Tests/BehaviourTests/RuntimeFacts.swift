import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct RuntimeFacts {
        @Test(
            "the version is the one that every kubelet accepts, under both API names",
            arguments: Stage.all, [APIVersion.v1, .v1alpha2])
        func version(_ stage: Stage, _ api: APIVersion) async throws {
            try await stage.check("Version") { kubelet in
                let answer = try await kubelet.client.with(api: api).version(VersionRequest(version: "0.1.0"))
                #expect(answer.version == "0.1.0")
                #expect(!answer.runtimeName.isEmpty)
                #expect(!answer.runtimeVersion.isEmpty)
                #expect(!answer.runtimeApiVersion.isEmpty)
            }
        }

        @Test("runtime and network are ready, told in that order", arguments: Stage.all)
        func status(_ stage: Stage) async throws {
            try await stage.check("Status") { kubelet in
                let status = try #require(try await kubelet.client.status(StatusRequest()).status)
                #expect(status.conditions.prefix(2).map(\.type) == ["RuntimeReady", "NetworkReady"])
                #expect(status.conditions.prefix(2).allSatisfy { $0.status && $0.reason.isEmpty })
            }
        }

        @Test("verbose status has more to tell, a plain one has not", arguments: Stage.all)
        func verbose(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "verbose is ignored"]
            try await stage.check("Status", gaps: gaps) { kubelet in
                let plain = try await kubelet.client.status(StatusRequest())
                let verbose = try await kubelet.client.status(StatusRequest(verbose: true))
                #expect(plain.info.isEmpty)
                #expect(!verbose.info.isEmpty)
            }
        }

        @Test("runtime handlers are told, the default one by an empty name", arguments: Stage.all)
        func handlers(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "handlers came with Kubernetes 1.30", .containerd: "handlers came with containerd 2.0",
            ]
            try await stage.check("Status", gaps: gaps) { kubelet in
                let names = try await kubelet.client.status(StatusRequest()).runtimeHandlers.map(\.name)
                #expect(names.contains(""))
                #expect(names.contains("runc"))
                #expect(Set(names).count == names.count)
            }
        }

        @Test("the cgroup driver is told", arguments: Stage.all)
        func driver(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "the call came with Kubernetes 1.28", .containerd: "the call came with containerd 2.0",
            ]
            try await stage.check("RuntimeConfig", gaps: gaps) { kubelet in
                let answer = try await kubelet.client.runtimeConfig(RuntimeConfigRequest())
                #expect(answer.linux?.cgroupDriver == .cgroupfs)
            }
        }

        @Test("a pod CIDR is taken", arguments: Stage.all)
        func podCIDR(_ stage: Stage) async throws {
            try await stage.check("UpdateRuntimeConfig") { kubelet in
                let config = RuntimeConfig(networkConfig: NetworkConfig(podCidr: "10.244.0.0/24"))
                _ = try await kubelet.client.updateRuntimeConfig(UpdateRuntimeConfigRequest(runtimeConfig: config))
            }
        }

        private func refusal(
            _ call: String, _ stage: Stage, _ ask: (Kubelet, Pod, String) async throws(GRPCStatus) -> Void
        ) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "unknown altogether, which tells nobody what is missing",
                .containerd: "unknown altogether",
            ]
            try await stage.check(call, gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    let failure = await kubelet.failure { () throws(GRPCStatus) in try await ask(kubelet, pod, id) }
                    #expect(failure?.code == .unimplemented)
                    #expect(failure?.message.contains("criu") == true)
                }
            }
        }

        @Test("checkpoints of containers are refused, naming what is missing", arguments: Stage.all)
        func checkpointContainer(_ stage: Stage) async throws {
            try await refusal("CheckpointContainer", stage) { kubelet, _, id throws(GRPCStatus) in
                let request = CheckpointContainerRequest(containerId: id, location: "/tmp/checkpoint.tar")
                _ = try await kubelet.client.checkpointContainer(request)
            }
        }

        @Test("checkpoints of pods are refused, naming what is missing", arguments: Stage.all)
        func checkpointPod(_ stage: Stage) async throws {
            try await refusal("CheckpointPod", stage) { kubelet, pod, _ throws(GRPCStatus) in
                let request = CheckpointPodRequest(podSandboxId: pod.id, outputPath: "/tmp/checkpoint")
                _ = try await kubelet.client.checkpointPod(request)
            }
        }

        @Test("restoring of pods is refused, naming what is missing", arguments: Stage.all)
        func restorePod(_ stage: Stage) async throws {
            try await refusal("RestorePod", stage) { kubelet, pod, _ throws(GRPCStatus) in
                let request = RestorePodRequest(checkpointPath: "/tmp/checkpoint", config: pod.config)
                _ = try await kubelet.client.restorePod(request)
            }
        }
    }
}
