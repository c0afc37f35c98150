package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func reopenContainerLog(
        _ request: ReopenContainerLogRequest, _ context: CallContext
    ) async throws(OxbowError) -> ReopenContainerLogResponse {
        let container = try await requireContainer(request.containerId)
        guard container.record.state == .running else {
            throw OxbowError(.wrongState, "container: not running (\(container.record.id))")
        }
        try await core.reopenLog(container.record.id)
        return ReopenContainerLogResponse()
    }
}
