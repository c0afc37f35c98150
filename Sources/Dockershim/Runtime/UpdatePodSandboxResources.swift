package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Takes note of the pod's new resources, as containerd does: the pod's cgroup is the kubelet's, and Docker's labels
    /// never change, so that the checkpoint is the place. The verbose status of the sandbox tells them.
    package func updatePodSandboxResources(
        _ request: UpdatePodSandboxResourcesRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdatePodSandboxResourcesResponse {
        try await serve(context) {
            try requireNewEra("UpdatePodSandboxResources")
            let inspect = try await docker.inspect(request.podSandboxId)
            guard case .checkpoint(let checkpoint) = try await checkpoints.read(inspect.id) else {
                throw BridgeFailure(.missing, "sandbox: not a pod's of this bridge (\(inspect.id))")
            }
            let resized = try checkpoint.resized(
                overhead: try request.overhead.map(Self.text), resources: try request.resources.map(Self.text))
            try await checkpoints.write(resized, for: inspect.id)
            return UpdatePodSandboxResourcesResponse()
        }
    }

    private static func text(_ resources: LinuxContainerResources) throws(OxbowError) -> String {
        try CRIJSON.text(of: resources.encoded(), type: LinuxContainerResources.name)
    }
}
