package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    package func updateContainerResources(
        _ request: UpdateContainerResourcesRequest, _ context: CallContext
    ) async throws(OxbowError) -> UpdateContainerResourcesResponse {
        let container = try await requireContainer(request.containerId)
        guard let linux = request.linux else { throw OxbowError(.badRequest, "linux: required") }
        var limits = container.record.spec.resources
        limits.apply(linux)
        try await core.updateResources(container.record.id, limits)
        return UpdateContainerResourcesResponse()
    }
}
