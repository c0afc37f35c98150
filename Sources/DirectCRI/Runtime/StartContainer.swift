package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func startContainer(
        _ request: StartContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> StartContainerResponse {
        let container = try await requireContainer(request.containerId)
        guard container.state == .containerCreated else {
            let state = container.state == .containerRunning ? "already running" : "has exited and starts only once"
            throw OxbowError(.wrongState, "container: \(state) (\(container.record.id))")
        }
        guard let sandbox = try await findSandbox(container.document.sandbox), sandbox.isReady else {
            throw OxbowError(.wrongState, "pod sandbox: not ready (\(container.document.sandbox))")
        }
        try await core.start(container.record.id, beforeStart: {})
        return StartContainerResponse()
    }
}
