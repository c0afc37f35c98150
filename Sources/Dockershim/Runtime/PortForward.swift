package import CRI
package import CRIServer
import CRIStreaming
package import Faults

extension Dockershim {
    package func portForward(
        _ request: PortForwardRequest, _ context: CallContext
    ) async throws(OxbowError) -> PortForwardResponse {
        try await serve(context) {
            _ = try await requireRunning(request.podSandboxId)
            let url = try streamURL { () throws(OxbowError) in
                .portForward(try PortForwardStreamRequest(sandbox: request.podSandboxId, ports: request.port))
            }
            return PortForwardResponse(url: url)
        }
    }
}
