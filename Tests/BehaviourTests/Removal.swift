import CRI
import GRPC
import Testing

extension Behaviour {
    @Suite struct Removal {
        @Test("removal of a sandbox that is not there succeeds", arguments: Stage.all)
        func unknownSandbox(_ stage: Stage) async throws {
            try await stage.check("RemovePodSandbox") { kubelet in
                _ = try await kubelet.client.removePodSandbox(RemovePodSandboxRequest(podSandboxId: "nosuch"))
            }
        }

        @Test("removal of a container that is not there succeeds", arguments: Stage.all)
        func unknownContainer(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the daemon's 404 is an error, code UNKNOWN"]
            try await stage.check("RemoveContainer", gaps: gaps) { kubelet in
                _ = try await kubelet.client.removeContainer(RemoveContainerRequest(containerId: "nosuch"))
            }
        }

        @Test("a running container is removed with its process", arguments: Stage.all)
        func runningContainer(_ stage: Stage) async throws {
            try await stage.check("RemoveContainer") { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000")
                    #expect(try await pod.said(id, "echo here") == "here")
                    _ = try await kubelet.client.removeContainer(RemoveContainerRequest(containerId: id))
                    let filter = ContainerFilter(podSandboxId: pod.id)
                    let left = try await kubelet.client.listContainers(ListContainersRequest(filter: filter))
                    #expect(left.containers.isEmpty)
                }
            }
        }
    }
}
