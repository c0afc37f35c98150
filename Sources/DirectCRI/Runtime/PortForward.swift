package import CRI
package import CRIServer
import CRIStreaming
package import Faults

extension DirectCRI {
    package func portForward(
        _ request: PortForwardRequest, _ context: CallContext
    ) async throws(OxbowError) -> PortForwardResponse {
        let sandbox = try await requireSandbox(request.podSandboxId)
        guard sandbox.isReady else { throw OxbowError(.wrongState, "pod sandbox: not ready (\(sandbox.record.id))") }
        let wanted = try PortForwardStreamRequest(sandbox: sandbox.record.id, ports: request.port)
        return PortForwardResponse(url: try streamURL(.portForward(wanted)))
    }
}
