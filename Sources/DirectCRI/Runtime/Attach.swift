package import CRI
package import CRIServer
import CRIStreaming
package import Faults

extension DirectCRI {
    package func attach(_ request: AttachRequest, _ context: CallContext) async throws(OxbowError) -> AttachResponse {
        let container = try await requireRunning(request.containerId)
        let streams = try StreamSelection(
            stdin: request.stdin, stdout: request.stdout, stderr: request.stderr, terminal: request.tty)
        let wanted = AttachStreamRequest(container: container.record.id, streams: streams)
        return AttachResponse(url: try streamURL(.attach(wanted)))
    }
}
