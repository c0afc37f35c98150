import CRI
import Testing

extension Behaviour {
    @Suite struct StreamedLists {
        private static let gaps: [Stage: String] = [
            .dockershim120: "streamed lists came with Kubernetes 1.36",
            .containerd: "streamed lists came with containerd 2.3",
        ]

        @Test("streamed containers are those of the list, several a message", arguments: Stage.all)
        func containers(_ stage: Stage) async throws {
            try await stage.check("StreamContainers", gaps: Self.gaps) { kubelet in
                try await kubelet.pod { pod in
                    var ids: Set<String> = []
                    for number in 1...3 {
                        ids.insert(try await pod.create(pod.configuration("true", name: "c\(number)")))
                    }
                    let filter = ContainerFilter(podSandboxId: pod.id)
                    let streamed = Gathered<Container>()
                    try await kubelet.client.streamContainers(StreamContainersRequest(filter: filter)) { answer in
                        streamed.add(answer.containers)
                    }
                    #expect(streamed.messages == [3])
                    #expect(Set(streamed.all.map(\.id)) == ids)
                    let list = try await kubelet.client.listContainers(ListContainersRequest(filter: filter))
                    #expect(streamed.all == list.containers)
                    let none = Gathered<Container>()
                    let wrong = StreamContainersRequest(filter: ContainerFilter(id: "nosuch"))
                    try await kubelet.client.streamContainers(wrong) { none.add($0.containers) }
                    #expect(none.messages.isEmpty)
                }
            }
        }

        @Test("streamed sandboxes are those of the list", arguments: Stage.all)
        func sandboxes(_ stage: Stage) async throws {
            try await stage.check("StreamPodSandboxes", gaps: Self.gaps) { kubelet in
                try await kubelet.pod { pod in
                    let streamed = Gathered<PodSandbox>()
                    let filter = PodSandboxFilter(labelSelector: pod.config.labels)
                    try await kubelet.client.streamPodSandboxes(StreamPodSandboxesRequest(filter: filter)) { answer in
                        streamed.add(answer.podSandboxes)
                    }
                    #expect(streamed.all.map(\.id) == [pod.id])
                    #expect(streamed.all.first?.metadata == pod.config.metadata)
                }
            }
        }

        @Test("streamed figures of containers are those of the list", arguments: Stage.all)
        func containerStats(_ stage: Stage) async throws {
            try await stage.check("StreamContainerStats", gaps: Self.gaps) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    let streamed = Gathered<ContainerStats>()
                    let filter = ContainerStatsFilter(podSandboxId: pod.id)
                    try await kubelet.client.streamContainerStats(StreamContainerStatsRequest(filter: filter)) {
                        streamed.add($0.containerStats)
                    }
                    #expect(streamed.all.map { $0.attributes?.id } == [id])
                    #expect((streamed.all.first?.memory?.workingSetBytes?.value ?? 0) > 0)
                }
            }
        }

        @Test("streamed figures of pods are those of the list", arguments: Stage.all)
        func podStats(_ stage: Stage) async throws {
            try await stage.check("StreamPodSandboxStats", gaps: Self.gaps) { kubelet in
                try await kubelet.pod { pod in
                    let streamed = Gathered<PodSandboxStats>()
                    let filter = PodSandboxStatsFilter(id: pod.id)
                    try await kubelet.client.streamPodSandboxStats(StreamPodSandboxStatsRequest(filter: filter)) {
                        streamed.add($0.podSandboxStats)
                    }
                    #expect(streamed.all.map { $0.attributes?.id } == [pod.id])
                }
            }
        }

        @Test("streamed images are those of the list, each once", arguments: Stage.all)
        func images(_ stage: Stage) async throws {
            try await stage.check("StreamImages", gaps: Self.gaps) { kubelet in
                let streamed = Gathered<Image>()
                try await kubelet.client.streamImages(StreamImagesRequest()) { streamed.add($0.images) }
                #expect(streamed.all.count { $0.repoTags.contains(Kubelet.image) } == 1)
                #expect(Set(streamed.all.map(\.id)).count == streamed.all.count)
            }
        }
    }
}
