package import CRI
package import CRIServer
import CRIStreaming
import DockerAPI
package import Faults

extension Dockershim {
    /// Answers where the client finds its command; it begins when the client is there.
    package func exec(_ request: ExecRequest, _ context: CallContext) async throws(OxbowError) -> ExecResponse {
        try await serve(context) {
            _ = try await requireRunning(request.containerId)
            let url = try streamURL { () throws(OxbowError) in
                let streams = try StreamSelection(
                    stdin: request.stdin, stdout: request.stdout, stderr: request.stderr, terminal: request.tty)
                return .exec(ExecStreamRequest(container: request.containerId, command: request.cmd, streams: streams))
            }
            return ExecResponse(url: url)
        }
    }

    /// - Throws: for a container that is not there, or does not run.
    func requireRunning(_ id: String) async throws -> ContainerInspect {
        let found = try await docker.inspect(id)
        guard found.state.running else { throw BridgeFailure(.wrongState, "container not running (\(id))") }
        return found
    }

    /// What the streaming server itself refuses has its own code in every era.
    func streamURL(_ request: () throws(OxbowError) -> StreamRequest) throws -> String {
        guard let streaming else { throw OxbowError(.unsupported, "streaming: not served by this daemon") }
        do throws(OxbowError) { return try streaming.url(for: try request()) } catch {
            var failure = BridgeFailure(describing: error)
            failure.isToldByCode = true
            throw failure
        }
    }
}
