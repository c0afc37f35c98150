package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    package func updateContainerResources(
        _ request: UpdateContainerResourcesRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdateContainerResourcesResponse {
        try await serve(context) {
            guard let limits = request.linux else { throw BridgeFailure(.badRequest, "linux: required") }
            if !era.answersOnlyWhat120Knew { try ResourceEncoding.requireUpdatable(limits) }
            do throws(DockerFailure) {
                try await docker.update(request.containerId, ResourceEncoding.update(limits, era: era))
            } catch {
                throw BridgeFailure("failed to update container \"\(request.containerId)\"", error)
            }
            return UpdateContainerResourcesResponse()
        }
    }
}
