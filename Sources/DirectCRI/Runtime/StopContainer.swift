package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Stop signal, `timeout` seconds, then SIGKILL. Idempotent; a container that is not there is stopped.
    package func stopContainer(
        _ request: StopContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> StopContainerResponse {
        guard let container = await findContainer(request.containerId) else { return StopContainerResponse() }
        try await core.stop(container.record.id, grace: .seconds(max(0, request.timeout)))
        return StopContainerResponse()
    }
}
