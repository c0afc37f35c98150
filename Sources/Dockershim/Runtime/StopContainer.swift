package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Already stopped is a success, and so is gone, except in 1.20.
    package func stopContainer(
        _ request: StopContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> StopContainerResponse {
        try await serve(context) {
            do throws(DockerFailure) {
                try await docker.stop(request.containerId, grace: request.timeout)
            } catch {
                guard error.saysNoSuchContainer, !era.failsOnContainersGone else { throw error }
            }
            await logs.settle(request.containerId)
            return StopContainerResponse()
        }
    }
}
