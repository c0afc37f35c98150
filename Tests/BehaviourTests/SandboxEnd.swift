import CRI
import GRPC
import Glibc
import Linux
import Testing

extension Behaviour {
    /// Stopping and removing sandboxes.
    @Suite struct SandboxEnd {
        private func state(_ pod: Pod) async throws -> PodSandboxState? {
            try await pod.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.id)).status?.state
        }

        @Test("stopping a sandbox that is not there, or is stopped, succeeds", arguments: Stage.all)
        func stopTwice(_ stage: Stage) async throws {
            try await stage.check("StopPodSandbox") { kubelet in
                _ = try await kubelet.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: "nosuch"))
                try await kubelet.pod { pod in
                    for _ in 1...3 {
                        _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                        #expect(try await state(pod) == .sandboxNotready)
                    }
                    let status = try await pod.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.id))
                    #expect(status.status?.network?.ip == "")
                }
            }
        }

        @Test("removing a sandbox twice succeeds, and it is gone from list and status", arguments: Stage.all)
        func removeTwice(_ stage: Stage) async throws {
            try await stage.check("RemovePodSandbox") { kubelet in
                try await kubelet.pod { pod in
                    _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    for _ in 1...2 {
                        _ = try await pod.client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: pod.id))
                    }
                    let filter = PodSandboxFilter(id: pod.id)
                    #expect(try await pod.client.listPodSandbox(ListPodSandboxRequest(filter: filter)).items.isEmpty)
                    let gone = await kubelet.failure { () async throws(GRPCStatus) in
                        try await pod.client.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: pod.id))
                    }
                    #expect(gone != nil)
                }
            }
        }

        @Test("stopping a sandbox stops its containers", arguments: Stage.all)
        func stopsContainers(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "stops the pause container alone"]
            try await stage.check("StopPodSandbox", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let ids = [
                        try await pod.start("trap '' TERM; sleep 1000", name: "a"),
                        try await pod.start("sleep 1000", name: "b"),
                    ]
                    _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    for id in ids {
                        #expect(try await pod.status(id).state == .containerExited)
                        #expect(try await kubelet.processes(of: id).isEmpty)
                    }
                }
            }
        }

        @Test("removing a running sandbox takes its running containers along", arguments: Stage.all)
        func removeRunning(_ stage: Stage) async throws {
            try await stage.check("RemovePodSandbox") { kubelet in
                try await kubelet.pod { pod in
                    let running = try await pod.start("sleep 1000", name: "a")
                    let created = try await pod.create(pod.configuration("true", name: "b"))
                    _ = try await pod.client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: pod.id))
                    let filter = ContainerFilter(podSandboxId: pod.id)
                    let left = try await pod.client.listContainers(ListContainersRequest(filter: filter)).containers
                    #expect(left.isEmpty)
                    for id in [running, created, pod.id] { #expect(try await kubelet.processes(of: id).isEmpty) }
                }
            }
        }

        @Test(
            "a sandbox whose process was killed is not ready, and is stopped and removed as any", arguments: Stage.all)
        func holderKilled(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "stops the pause container alone"]
            try await stage.check("StopPodSandbox", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let container = try await pod.start("sleep 1000")
                    try Signals.send(SIGKILL, to: try await pod.holder)
                    _ = try await kubelet.eventually {
                        try await state(pod)
                    } until: {
                        $0 == .sandboxNotready
                    }
                    _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    #expect(try await pod.status(container).state == .containerExited)
                    _ = try await pod.client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: pod.id))
                    #expect(try await kubelet.remains(of: [pod.id, container]) == [])
                }
            }
        }

        @Test("a container cannot be created or started in a stopped sandbox", arguments: Stage.all)
        func stoppedTakesNone(_ stage: Stage) async throws {
            try await stage.check("StartContainer") { kubelet in
                try await kubelet.pod { pod in
                    let early = try await pod.create(pod.configuration("sleep 1000"))
                    _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    let refused = await kubelet.failure { () async throws(GRPCStatus) in
                        try await pod.client.startContainer(StartContainerRequest(containerId: early))
                    }
                    #expect(refused != nil)
                    #expect(try await kubelet.processes(of: early).isEmpty)
                }
            }
        }

        @Test(
            "removal leaves no mount, cgroup, process, file, address or packet filter rule", arguments: Stage.all)
        func nothingLeft(_ stage: Stage) async throws {
            try await stage.check("RemovePodSandbox") { kubelet in
                let port = try #require(try HostPort.probe(.tcp, port: 0))
                let (names, during) = try await kubelet.pod {
                    $0.portMappings = [PortMapping(containerPort: 80, hostPort: Int32(port))]
                } _: { pod in
                    let container = try await pod.start("sleep 1000")
                    let names = [pod.id, container]
                    return (names, try await kubelet.remains(of: names))
                }
                // The look would see something, were it there.
                for kind in ["mount", "cgroup", "process", "file", "lease", "rule"] {
                    #expect(during.contains { $0.hasPrefix(kind) }, "\(kind)")
                }
                #expect(try await kubelet.remains(of: names) == [])
            }
        }
    }
}
