import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct Events {
        private static let old: [Stage: String] = [
            .dockershim120: "the call came with Kubernetes 1.25", .containerd: "the call came with containerd 1.7",
        ]

        @Test("the lives of a pod and its container are told in order", arguments: Stage.all)
        func order(_ stage: Stage) async throws {
            try await stage.check("GetContainerEvents", gaps: Self.old) { kubelet in
                try await kubelet.listening { ear in
                    let (sandbox, container) = try await kubelet.pod { pod in
                        let id = try await pod.start("exit 3")
                        _ = try await pod.exited(id)
                        return (pod.id, id)
                    }
                    try await ear.wait { heard in
                        heard.contains { $0.containerId == sandbox && $0.containerEventType == .containerDeletedEvent }
                    }
                    let whole: [ContainerEventType] = [
                        .containerCreatedEvent, .containerStartedEvent, .containerStoppedEvent,
                        .containerDeletedEvent,
                    ]
                    #expect(ear.types(sandbox) == whole)
                    #expect(ear.types(container) == whole)
                    let order = ear.heard.filter { [sandbox, container].contains($0.containerId) }.map(\.containerId)
                    #expect(order.prefix(3) == [sandbox, sandbox, container])
                    #expect(order.last == sandbox)
                }
            }
        }

        @Test("every event carries the statuses of its pod as they are then", arguments: Stage.all)
        func statuses(_ stage: Stage) async throws {
            try await stage.check("GetContainerEvents", gaps: Self.old) { kubelet in
                try await kubelet.listening { ear in
                    let (pod, first, second) = try await kubelet.pod { pod in
                        let first = try await pod.start("sleep 1000", name: "first")
                        let second = try await pod.start("exit 3", name: "second")
                        _ = try await pod.exited(second)
                        try await ear.wait { heard in
                            heard.contains {
                                $0.containerId == second && $0.containerEventType == .containerStoppedEvent
                            }
                        }
                        return (pod, first, second)
                    }
                    try await ear.wait { heard in
                        heard.contains { $0.containerId == pod.id && $0.containerEventType == .containerDeletedEvent }
                    }
                    let own = ear.heard.filter { $0.podSandboxStatus?.id == pod.id }
                    #expect(Set(own.map(\.containerId)) == [pod.id, first, second])
                    #expect(own.allSatisfy { $0.podSandboxStatus?.metadata == pod.config.metadata })
                    #expect(own.allSatisfy { $0.createdAt > 0 })
                    func event(_ id: String, _ type: ContainerEventType) throws -> ContainerEventResponse {
                        try #require(own.first { $0.containerId == id && $0.containerEventType == type })
                    }
                    let started = try event(pod.id, .containerStartedEvent)
                    #expect(started.podSandboxStatus?.state == .sandboxReady)
                    let created = try event(first, .containerCreatedEvent)
                    #expect(created.containersStatuses.map(\.id) == [first])
                    #expect(created.containersStatuses.first?.metadata?.name == "first")
                    let stopped = try event(second, .containerStoppedEvent)
                    #expect(Set(stopped.containersStatuses.map(\.id)) == [first, second])
                    let end = try #require(stopped.containersStatuses.first { $0.id == second })
                    #expect(end.state == .containerExited)
                    #expect(end.exitCode == 3)
                    #expect(stopped.containersStatuses.first { $0.id == first }?.state == .containerRunning)
                    #expect(stopped.podSandboxStatus?.network?.ip.isEmpty == false)
                    let deleted = try event(second, .containerDeletedEvent)
                    #expect(!deleted.containersStatuses.contains { $0.id == second })
                    let gone = try event(pod.id, .containerDeletedEvent)
                    #expect(gone.podSandboxStatus?.state == .sandboxNotready)
                    #expect(gone.containersStatuses.isEmpty)
                }
            }
        }

        @Test("no event of a burst of a hundred containers is missed", arguments: Stage.all)
        func burst(_ stage: Stage) async throws {
            try await stage.check("GetContainerEvents", gaps: Self.old) { kubelet in
                try await kubelet.listening { ear in
                    try await kubelet.pod { pod in
                        let ids = try await Self.runAndRemove(100, in: pod, atOnce: 8)
                        try await ear.wait { heard in
                            heard.count {
                                ids.contains($0.containerId) && $0.containerEventType == .containerDeletedEvent
                            } == ids.count
                        }
                        let wrong = ids.filter {
                            ear.types($0) != [
                                .containerCreatedEvent, .containerStartedEvent, .containerStoppedEvent,
                                .containerDeletedEvent,
                            ]
                        }
                        #expect(wrong.isEmpty)
                    }
                }
            }
        }

        private static func runAndRemove(_ count: Int, in pod: Pod, atOnce: Int) async throws -> Set<String> {
            try await withThrowingTaskGroup(of: String.self) { group in
                var ids: Set<String> = []
                for number in 0..<count {
                    if number >= atOnce, let id = try await group.next() { ids.insert(id) }
                    group.addTask {
                        let id = try await pod.start("true", name: "burst\(number)")
                        _ = try await pod.exited(id)
                        _ = try await pod.client.removeContainer(RemoveContainerRequest(containerId: id))
                        return id
                    }
                }
                for try await id in group { ids.insert(id) }
                return ids
            }
        }
    }
}
