import CRI
import Testing

extension Behaviour {
    @Suite struct Lists {
        private func ids(_ kubelet: Kubelet, _ filter: ContainerFilter) async throws -> Set<String> {
            let answer = try await kubelet.client.listContainers(ListContainersRequest(filter: filter))
            return Set(answer.containers.map(\.id))
        }

        private func state(_ state: ContainerState) -> ContainerStateValue { ContainerStateValue(state: state) }

        /// The containers of a pod, one in each state.
        private struct Three {
            var running: String
            var ended: String
            var created: String

            /// Those that run or are created are `front`, the other is `back`.
            init(in pod: Pod) async throws {
                running = try await pod.start("sleep 1000", name: "running") { $0.labels["tier"] = "front" }
                ended = try await pod.start("exit 0", name: "ended") { $0.labels["tier"] = "back" }
                _ = try await pod.exited(ended)
                var config = pod.configuration("true", name: "created")
                config.labels["tier"] = "front"
                created = try await pod.create(config)
            }
        }

        @Test("containers are listed by each filter, and by all of them together", arguments: Stage.all)
        func containers(_ stage: Stage) async throws {
            try await stage.check("ListContainers") { kubelet in
                try await kubelet.pod { pod in
                    let three = try await Three(in: pod)
                    func inPod(_ wanted: ContainerState) -> ContainerFilter {
                        ContainerFilter(state: state(wanted), podSandboxId: pod.id)
                    }
                    let wanted: [(ContainerFilter, Set<String>)] = [
                        (ContainerFilter(podSandboxId: pod.id), [three.running, three.ended, three.created]),
                        (ContainerFilter(id: three.ended), [three.ended]),
                        (inPod(.containerRunning), [three.running]), (inPod(.containerExited), [three.ended]),
                        (inPod(.containerCreated), [three.created]),
                        (
                            ContainerFilter(podSandboxId: pod.id, labelSelector: ["tier": "front"]),
                            [three.running, three.created]
                        ),
                        (
                            ContainerFilter(
                                id: three.running, state: state(.containerRunning), podSandboxId: pod.id,
                                labelSelector: ["tier": "front", "io.kubernetes.pod.namespace": "behaviour"]),
                            [three.running]
                        ),
                        (ContainerFilter(id: three.running, state: state(.containerExited)), []),
                        (ContainerFilter(id: three.running, labelSelector: ["tier": "back"]), []),
                        (ContainerFilter(id: three.running, podSandboxId: three.running), []),
                        (ContainerFilter(id: "nosuch"), []), (ContainerFilter(podSandboxId: "nosuch"), []),
                        (ContainerFilter(labelSelector: ["no": "such"]), []),
                        (ContainerFilter(podSandboxId: pod.id, labelSelector: ["tier": ""]), []),
                    ]
                    for (filter, expected) in wanted {
                        let found = try await ids(kubelet, filter)
                        #expect(found == expected, "\(filter)")
                    }
                }
            }
        }

        @Test("a container is listed by the beginning of its id", arguments: Stage.all)
        func containerPrefix(_ stage: Stage) async throws {
            try await stage.check("ListContainers") { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    #expect(try await ids(kubelet, ContainerFilter(id: String(id.prefix(20)))) == [id])
                }
            }
        }

        @Test("containers are listed by the beginning of their sandbox's id", arguments: Stage.all)
        func sandboxPrefix(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim120: "the sandbox's id is a label, of which Docker compares the whole"
            ]
            try await stage.check("ListContainers", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    #expect(try await ids(kubelet, ContainerFilter(podSandboxId: String(pod.id.prefix(20)))) == [id])
                }
            }
        }

        @Test("a list's entry says what a status says", arguments: Stage.all)
        func entry(_ stage: Stage) async throws {
            try await stage.check("ListContainers") { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") {
                        $0.annotations = ["note": "kept \u{e9} {\"a\":1}"]
                        $0.metadata?.attempt = 7
                    }
                    let status = try await pod.status(id)
                    let request = ListContainersRequest(filter: ContainerFilter(id: id))
                    let entry = try #require(try await kubelet.client.listContainers(request).containers.first)
                    #expect(entry.metadata == ContainerMetadata(name: "main", attempt: 7))
                    #expect(entry.metadata == status.metadata)
                    #expect(entry.podSandboxId == pod.id)
                    #expect(entry.state == status.state)
                    #expect(entry.labels == status.labels)
                    #expect(entry.annotations == ["note": "kept \u{e9} {\"a\":1}"])
                    #expect(entry.annotations == status.annotations)
                    #expect(entry.imageId == status.imageId)
                    // Docker's list counts seconds.
                    #expect(entry.createdAt / 1_000_000_000 == status.createdAt / 1_000_000_000)
                }
            }
        }

        @Test("sandboxes are listed by each filter, and by all of them together", arguments: Stage.all)
        func sandboxes(_ stage: Stage) async throws {
            try await stage.check("ListPodSandbox") { kubelet in
                try await kubelet.pod(configure: { $0.labels["tier"] = "front" }) { up in
                    try await kubelet.pod(configure: { $0.labels["tier"] = "front" }) { down in
                        _ = try await kubelet.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: down.id))
                        func ids(_ filter: PodSandboxFilter?) async throws -> [String] {
                            let answer = try await kubelet.client.listPodSandbox(ListPodSandboxRequest(filter: filter))
                            return answer.items.map(\.id)
                        }
                        let (ready, notReady) = (
                            PodSandboxStateValue(state: .sandboxReady), PodSandboxStateValue(state: .sandboxNotready)
                        )
                        let own = up.config.labels
                        #expect(Set(try await ids(nil)).isSuperset(of: [up.id, down.id]))
                        #expect(try await ids(PodSandboxFilter(id: up.id)) == [up.id])
                        #expect(try await ids(PodSandboxFilter(id: String(up.id.prefix(20)))) == [up.id])
                        #expect(try await ids(PodSandboxFilter(labelSelector: own)) == [up.id])
                        #expect(try await ids(PodSandboxFilter(state: ready, labelSelector: own)) == [up.id])
                        #expect(try await ids(PodSandboxFilter(state: notReady, labelSelector: own)).isEmpty)
                        #expect(try await ids(PodSandboxFilter(id: down.id, state: notReady)) == [down.id])
                        #expect(try await ids(PodSandboxFilter(id: down.id, state: ready)).isEmpty)
                        #expect(
                            try await ids(
                                PodSandboxFilter(id: up.id, state: ready, labelSelector: ["tier": "front"])) == [up.id])
                        #expect(try await ids(PodSandboxFilter(id: "nosuch")).isEmpty)
                        #expect(try await ids(PodSandboxFilter(labelSelector: ["tier": "none"])).isEmpty)
                    }
                }
            }
        }

        @Test("images are listed by name, and none by a name that no image has", arguments: Stage.all)
        func images(_ stage: Stage) async throws {
            try await stage.check("ListImages") { kubelet in
                func images(_ name: String?) async throws -> [Image] {
                    let filter = name.map { ImageFilter(image: ImageSpec(image: $0)) }
                    return try await kubelet.client.listImages(ListImagesRequest(filter: filter)).images
                }
                let found = try await images(Kubelet.image)
                #expect(found.count == 1)
                #expect(found.first?.repoTags.contains(Kubelet.image) == true)
                #expect(try await images("localhost/nosuch:1").isEmpty)
                #expect(try await images(nil).contains { $0.id == found.first?.id })
            }
        }
    }
}
