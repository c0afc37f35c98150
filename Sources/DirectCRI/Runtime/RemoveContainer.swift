package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Removes a container, killing it when it still runs. Idempotent.
    package func removeContainer(
        _ request: RemoveContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemoveContainerResponse {
        guard let container = await findContainer(request.containerId) else { return RemoveContainerResponse() }
        try await core.remove(container.record.id, force: true)
        documents.forget(container.record.id)
        return RemoveContainerResponse()
    }
}
