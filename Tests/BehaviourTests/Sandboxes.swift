import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct Sandboxes {
        private func status(_ kubelet: Kubelet, _ id: String, verbose: Bool = false) async throws
            -> PodSandboxStatusResponse
        {
            try await kubelet.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: id, verbose: verbose))
        }

        @Test("a sandbox that was run is ready, and tells when it was made", arguments: Stage.all)
        func ready(_ stage: Stage) async throws {
            try await stage.check("PodSandboxStatus") { kubelet in
                let before = Timestamp.now().nanoseconds
                try await kubelet.pod { pod in
                    let status = try #require(try await status(kubelet, pod.id).status)
                    #expect(status.id == pod.id)
                    #expect(status.state == .sandboxReady)
                    #expect(status.metadata == pod.config.metadata)
                    #expect((before...Timestamp.now().nanoseconds).contains(status.createdAt))
                    #expect(status.linux?.namespaces?.options != nil)
                }
            }
        }

        @Test("labels and annotations come back to the byte", arguments: Stage.all)
        func labels(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "labels whose keys mean something in its encoding are lost"
            ]
            let labels = [
                "app": "grüße-日本-🫖", "empty": "", "annotation.shadow": "label", "io.kubernetes.docker.type": "mine",
                "io.kubernetes.sandbox.id": "x", "io.kubernetes.container.name": "main", "io.oxbow.shim.keys": "k",
            ]
            let annotations = [
                "shadow": "annotation", "note": "a \"b\"\n\tc\\ü", "annotation.note": "twice", "empty": "",
                "json": #"{"a":[1,2,{"b":null}]}"#,
            ]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                try await kubelet.pod {
                    $0.labels.merge(labels) { _, new in new }
                    $0.annotations = annotations
                } _: { pod in
                    let told = try #require(try await status(kubelet, pod.id).status)
                    #expect(told.labels == pod.config.labels)
                    #expect(told.annotations == annotations)
                    let filter = PodSandboxFilter(labelSelector: pod.config.labels)
                    let listed = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                    #expect(listed.map(\.id) == [pod.id])
                    #expect(listed.first?.labels == pod.config.labels)
                    #expect(listed.first?.annotations == annotations)
                }
            }
        }

        @Test("names with characters that mean something elsewhere come back as they were", arguments: Stage.all)
        func oddNames(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker refuses such a name, or the bridge does not find it"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                try await kubelet.pod {
                    $0.metadata?.name += "_a b/ü"
                    $0.metadata?.namespace = ".team_%5F"
                } _: { pod in
                    #expect(try await status(kubelet, pod.id).status?.metadata == pod.config.metadata)
                    let filter = PodSandboxFilter(id: pod.id)
                    let listed = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                    #expect(listed.map(\.metadata) == [pod.config.metadata])
                }
            }
        }

        @Test(
            "name, namespace, uid and attempt are taken once; another attempt is another sandbox", arguments: Stage.all)
        func duplicate(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let again = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: pod.config))
                    }
                    #expect(again?.code == .alreadyExists)
                    #expect(try await status(kubelet, pod.id).status?.state == .sandboxReady)
                    try await kubelet.pod {
                        $0.metadata = pod.config.metadata
                        $0.metadata?.attempt = 1
                    } _: { other in
                        #expect(other.id != pod.id)
                        let told = try await status(kubelet, other.id).status
                        #expect(told?.metadata?.attempt == 1)
                    }
                }
            }
        }

        @Test("a stopped sandbox keeps its name until it is removed", arguments: Stage.all)
        func stoppedKeepsName(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "removes the stopped sandbox to make room, and says UNKNOWN"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    _ = try await kubelet.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    let again = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: pod.config))
                    }
                    #expect(again?.code == .alreadyExists)
                    #expect(try await status(kubelet, pod.id).status?.state == .sandboxNotready)
                }
            }
        }

        @Test("a sandbox without metadata, name, namespace or uid is refused", arguments: Stage.all)
        func required(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let whole = kubelet.podConfiguration()
                let parts: [(inout PodSandboxConfig) -> Void] = [
                    { $0.metadata = nil }, { $0.metadata?.name = "" }, { $0.metadata?.namespace = "" },
                    { $0.metadata?.uid = "" },
                ]
                for part in parts {
                    var config = whole
                    part(&config)
                    let wanting = config
                    let refused = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: wanting))
                    }
                    #expect(refused?.code == .invalidArgument)
                }
                let empty = await kubelet.failure { () async throws(GRPCStatus) in
                    try await kubelet.client.runPodSandbox(RunPodSandboxRequest())
                }
                #expect(empty?.code == .invalidArgument)
            }
        }

        @Test("the status of a sandbox that is not there is NOT_FOUND", arguments: Stage.all)
        func unknown(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN"]
            try await stage.check("PodSandboxStatus", gaps: gaps) { kubelet in
                let missing = await kubelet.failure { () async throws(GRPCStatus) in
                    try await kubelet.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: "nosuch"))
                }
                #expect(missing?.code == .notFound)
            }
        }

        @Test("a container's id is not a sandbox's: nothing happens to the container", arguments: Stage.all)
        func containerIsNoSandbox(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "works on whatever Docker has under the id"]
            try await stage.check("RemovePodSandbox", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    _ = try await kubelet.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: container))
                    _ = try await kubelet.client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: container))
                    #expect(try await pod.status(container).state == .containerRunning)
                    let told = await kubelet.failure { () async throws(GRPCStatus) in
                        try await kubelet.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: container))
                    }
                    #expect(told?.code == .notFound)
                }
            }
        }

        @Test("runtime handlers: each of crun, runc and the default runs pods, and is told again", arguments: Stage.all)
        func handlers(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "knows only the default handler"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                for handler in ["", "crun", "runc"] {
                    try await kubelet.pod(handler: handler) { pod in
                        #expect(try await status(kubelet, pod.id).status?.runtimeHandler == handler)
                        let filter = PodSandboxFilter(id: pod.id)
                        let list = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                        #expect(list.map(\.runtimeHandler) == [handler])
                        #expect(try await pod.run("echo hello").output == "hello\n")
                    }
                }
            }
        }

        @Test("an unknown runtime handler is refused, and nothing is made", arguments: Stage.all)
        func unknownHandler(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let config = kubelet.podConfiguration()
                let refused = await kubelet.failure { () async throws(GRPCStatus) in
                    try await kubelet.client.runPodSandbox(
                        RunPodSandboxRequest(config: config, runtimeHandler: "gvisor"))
                }
                #expect(refused?.code == .invalidArgument)
                #expect(refused?.message.contains("gvisor") == true)
                let filter = PodSandboxFilter(labelSelector: config.labels)
                let left = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items
                #expect(left.isEmpty)
            }
        }
    }
}
