package import CRI
package import CRIServer
import CRIStreaming
package import Faults

extension DirectCRI {
    /// Answers where the client finds its command; it begins when the client is there.
    package func exec(_ request: ExecRequest, _ context: CallContext) async throws(OxbowError) -> ExecResponse {
        let container = try await requireRunning(request.containerId)
        let streams = try StreamSelection(
            stdin: request.stdin, stdout: request.stdout, stderr: request.stderr, terminal: request.tty)
        let wanted = ExecStreamRequest(container: container.record.id, command: request.cmd, streams: streams)
        return ExecResponse(url: try streamURL(.exec(wanted)))
    }

    /// - Throws: `.missing`, and `.wrongState` for a container that does not run.
    func requireRunning(_ id: String) async throws(OxbowError) -> PodContainer {
        let container = try await requireContainer(id)
        guard container.record.state == .running else {
            throw OxbowError(.wrongState, "container: not running (\(container.record.id))")
        }
        return container
    }

    func streamURL(_ request: StreamRequest) throws(OxbowError) -> String {
        guard let streaming else { throw OxbowError(.unsupported, "streaming: not served by this daemon") }
        return try streaming.url(for: request)
    }
}
