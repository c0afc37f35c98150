package import CRI
package import CRIServer
import CRIStreaming

package import Faults

extension Dockershim {
    package func attach(_ request: AttachRequest, _ context: CallContext) async throws(OxbowError) -> AttachResponse {
        try await serve(context) {
            _ = try await requireRunning(request.containerId)
            let url = try streamURL { () throws(OxbowError) in
                let streams = try StreamSelection(
                    stdin: request.stdin, stdout: request.stdout, stderr: request.stderr, terminal: request.tty)
                return .attach(AttachStreamRequest(container: request.containerId, streams: streams))
            }
            return AttachResponse(url: url)
        }
    }
}
