package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    /// Takes note of the pod's new resources, as containerd does: the pod's cgroup is the kubelet's. The verbose status of
    /// the sandbox tells them.
    package func updatePodSandboxResources(
        _ request: UpdatePodSandboxResourcesRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdatePodSandboxResourcesResponse {
        let sandbox = try await requireSandbox(request.podSandboxId)
        var document = sandbox.document
        if let overhead = request.overhead { document.overhead = try Self.text(overhead) }
        if let resources = request.resources { document.resources = try Self.text(resources) }
        try await core.updateExtension(sandbox.record.id, try DocumentTable.encode(.sandbox(document)))
        documents.forget(sandbox.record.id)
        return UpdatePodSandboxResourcesResponse()
    }

    private static func text(_ resources: LinuxContainerResources) throws(OxbowError) -> String {
        try CRIJSON.text(of: resources.encoded(), type: LinuxContainerResources.name)
    }
}
