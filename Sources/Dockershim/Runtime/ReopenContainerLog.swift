import DockerAPI
import Linux
package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Goes on in a new file at the log's path. In 1.20 always an error: there Docker's own file is all there is, which
    /// Docker rotates itself and offers no call to open anew.
    package func reopenContainerLog(
        _ request: ReopenContainerLogRequest, _ context: CallContext
    ) async throws(OxbowError) -> ReopenContainerLogResponse {
        try await serve(context) {
            guard !era.linksLogs else {
                throw BridgeFailure(.unsupported, "docker does not support reopening container log files")
            }
            try await reopenLog(of: request.containerId)
            return ReopenContainerLogResponse()
        }
    }

    private func reopenLog(of id: String) async throws {
        do {
            if try await logs.reopen(id) { return }
            let inspect = try await docker.inspect(id)
            guard inspect.state.running else { throw BridgeFailure(.wrongState, "container: not running (\(id))") }
            let path = inspect.config.labels?[DockerLabels.logPath] ?? ""
            // Without a log there is nothing to open anew.
            guard !path.isEmpty else { return }
            guard try await logs.reopen(id, path: path) else {
                throw BridgeFailure(.wrongState, "log: is not written (\(path))")
            }
        } catch let failure as SystemFailure {
            throw BridgeFailure(.wrongState, "log: no new file can be made (\(failure.reason))", origin: failure)
        }
    }
}
