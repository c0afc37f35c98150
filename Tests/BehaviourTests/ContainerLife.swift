import CRI
import GRPC
import Linux
import Testing

extension Behaviour {
    @Suite struct ContainerLife {
        private static let codes: [Stage: String] = [.dockershim120: "refused, but with code UNKNOWN"]

        @Test("a name and attempt belong to one container at a time", arguments: Stage.all)
        func names(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "removes a holder that does not run, with code UNKNOWN"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    var container = pod.configuration("sleep 1000")
                    let first = try await pod.create(container)
                    let second = try await pod.refusal(of: container)
                    #expect(second?.code == .alreadyExists)
                    #expect(second?.message.contains(first) == true)
                    #expect(try await pod.status(first).state == .containerCreated)
                    container.metadata?.attempt = 1
                    let next = try await pod.create(container)
                    #expect(try await pod.status(next).metadata == ContainerMetadata(name: "main", attempt: 1))
                    _ = try await pod.client.removeContainer(RemoveContainerRequest(containerId: first))
                    container.metadata?.attempt = 0
                    #expect(try await pod.create(container) != first)
                }
            }
        }

        @Test("a container needs a sandbox that is there and ready, and an image", arguments: Stage.all)
        func preconditions(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.codes) { kubelet in
                try await kubelet.pod { pod in
                    let image = try await pod.refusal { $0.image = ImageSpec(image: "localhost/no/such:1") }
                    #expect(image?.code == .notFound)
                    let container = pod.configuration("sleep 1000")
                    let unknown = Pod(kubelet: kubelet, id: "nosuch", config: pod.config)
                    #expect(try await unknown.refusal(of: container)?.code == .notFound)
                    let another = try await pod.create(pod.configuration("true", name: "another"))
                    let noSandbox = Pod(kubelet: kubelet, id: another, config: pod.config)
                    #expect(try await noSandbox.refusal(of: container)?.code == .notFound)
                    _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    #expect(try await pod.refusal(of: container)?.code == .failedPrecondition)
                    let start = await kubelet.failure { () async throws(GRPCStatus) in
                        _ = try await pod.client.startContainer(StartContainerRequest(containerId: another))
                    }
                    #expect(start?.code == .failedPrecondition)
                    _ = try await pod.client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: pod.id))
                    #expect(try await pod.refusal(of: container)?.code == .notFound)
                }
            }
        }

        @Test("a container starts once", arguments: Stage.all)
        func startsOnce(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "Docker starts a container again, and calls a second start a success"
            ]
            try await stage.check("StartContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    func start(_ id: String) async -> GRPCStatus.Code? {
                        await kubelet.failure { () async throws(GRPCStatus) in
                            _ = try await pod.client.startContainer(StartContainerRequest(containerId: id))
                        }?.code
                    }
                    let running = try await pod.start("sleep 1000", name: "running")
                    #expect(await start(running) == .failedPrecondition)
                    let ended = try await pod.start("true", name: "ended")
                    _ = try await pod.exited(ended)
                    #expect(await start(ended) == .failedPrecondition)
                    #expect(await start("nosuch") == .notFound)
                    #expect(await start(pod.id) == .notFound)
                }
            }
        }

        @Test("a stop of what is stopped, or not there, succeeds", arguments: Stage.all)
        func stop(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the daemon's 404 is an error, code UNKNOWN"]
            try await stage.check("StopContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let created = try await pod.create(pod.configuration("true", name: "created"))
                    _ = try await pod.client.stopContainer(StopContainerRequest(containerId: created, timeout: 1))
                    let id = try await pod.start("sleep 1000", name: "running")
                    for _ in 1...2 {
                        _ = try await pod.client.stopContainer(StopContainerRequest(containerId: id, timeout: 0))
                    }
                    #expect(try await pod.status(id).state == .containerExited)
                    _ = try await pod.client.stopContainer(StopContainerRequest(containerId: "nosuch"))
                }
            }
        }

        @Test("a removed container is not found, and its removal succeeds again", arguments: Stage.all)
        func removed(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "a second removal is an error, code UNKNOWN"]
            try await stage.check("RemoveContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    for _ in 1...2 {
                        _ = try await pod.client.removeContainer(RemoveContainerRequest(containerId: id))
                    }
                    let status = await kubelet.failure { () async throws(GRPCStatus) in
                        _ = try await pod.client.containerStatus(ContainerStatusRequest(containerId: id))
                    }
                    #expect(status?.code == .notFound)
                    #expect(status?.message.contains(id) == true)
                }
            }
        }

        @Test("labels and annotations come back to the byte", arguments: Stage.all)
        func labels(_ stage: Stage) async throws {
            try await stage.check("ContainerStatus") { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.labels["io.example/empty"] = ""
                        $0.labels["text"] = " ü\u{301}€ \u{1}\u{7f}\n\t\"'\\{}=,;:/ "
                        $0.annotations = [
                            "text": "{\"a\": [1, 2]}\r\n", "io.kubernetes.container.hash": "1", "empty": "",
                        ]
                    }
                    let status = try await pod.status(id)
                    var labels = pod.config.labels
                    labels["io.example/empty"] = ""
                    labels["text"] = " ü\u{301}€ \u{1}\u{7f}\n\t\"'\\{}=,;:/ "
                    #expect(status.labels == labels)
                    #expect(status.labels["text"].map { Array($0.utf8) } == labels["text"].map { Array($0.utf8) })
                    #expect(
                        status.annotations == [
                            "text": "{\"a\": [1, 2]}\r\n", "io.kubernetes.container.hash": "1", "empty": "",
                        ])
                }
            }
        }

        @Test("a status tells the image by id, by name, and as the pod's author wrote it", arguments: Stage.all)
        func image(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "image_id and user_specified_image came after 1.20"]
            try await stage.check("ContainerStatus", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let image = try #require(
                        try await pod.client.imageStatus(
                            ImageStatusRequest(image: ImageSpec(image: Kubelet.image))
                        ).image)
                    let id = try await pod.start("sleep 1000") {
                        $0.image = ImageSpec(image: image.id, userSpecifiedImage: "busybox:trace")
                    }
                    let status = try await pod.status(id)
                    #expect(status.imageId == image.id)
                    #expect(status.image?.userSpecifiedImage == "busybox:trace")
                    #expect(image.repoTags.contains(status.image?.image ?? ""))
                    #expect(status.imageRef == image.id || image.repoDigests.contains(status.imageRef))
                }
            }
        }

        @Test("times, log path and attempt are told as they are", arguments: Stage.all)
        func times(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker's zero time is a large negative number"]
            try await stage.check("ContainerStatus", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    var container = pod.configuration("sleep 1000")
                    container.metadata?.attempt = 3
                    container.logPath = "main/3.log"
                    let id = try await pod.create(container)
                    let created = try await pod.status(id)
                    #expect(created.state == .containerCreated)
                    #expect(created.createdAt > 0 && created.startedAt == 0 && created.finishedAt == 0)
                    #expect(created.metadata == ContainerMetadata(name: "main", attempt: 3))
                    #expect(created.logPath == pod.config.logDirectory + "/main/3.log")
                    _ = try await pod.client.startContainer(StartContainerRequest(containerId: id))
                    let running = try await pod.status(id)
                    #expect(running.startedAt >= created.createdAt && running.finishedAt == 0)
                    _ = try await pod.client.stopContainer(StopContainerRequest(containerId: id, timeout: 0))
                    let ended = try await pod.status(id)
                    #expect(ended.finishedAt >= running.startedAt)
                    #expect(ended.createdAt == created.createdAt)
                }
            }
        }

        @Test("a verbose status is a JSON document with the sandbox and the process", arguments: Stage.all)
        func verbose(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "verbose answers came after 1.20"]
            try await stage.check("ContainerStatus", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    let answer = try await pod.client.containerStatus(
                        ContainerStatusRequest(containerId: id, verbose: true))
                    let info = try JSONValue(parsing: try #require(answer.info["info"]))
                    #expect(info["sandboxID"]?.string == pod.id)
                    let pid = try #require(info["pid"]?.int)
                    #expect(Files.exists("/proc/\(pid)"))
                    let plain = try await pod.client.containerStatus(ContainerStatusRequest(containerId: id))
                    #expect(plain.info.isEmpty)
                }
            }
        }
    }
}
