import Logging
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Starts, then links the log to where the kubelet looks for it. A container starts once; in 1.20 again and again.
    package func startContainer(
        _ request: StartContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> StartContainerResponse {
        try await serve(context) {
            let id = request.containerId
            if !era.startsAgain { try await requireStartable(id) }
            var failure: DockerFailure?
            do throws(DockerFailure) {
                try await docker.start(id)
            } catch {
                failure = error
                if !era.inspectsAfterEveryStart { throw startFailure(id, error) }
            }
            try await linkLog(of: id)
            if let failure { throw startFailure(id, failure) }
            return StartContainerResponse()
        }
    }

    private func startFailure(_ id: String, _ failure: DockerFailure) -> BridgeFailure {
        BridgeFailure("failed to start container \"\(id)\"", failure)
    }

    private func linkLog(of id: String) async throws {
        let inspect = try await docker.inspect(id)
        let path = inspect.config.labels?[DockerLabels.logPath] ?? ""
        guard !path.isEmpty else { return }
        guard !inspect.logPath.isEmpty else {
            let driver =
                try await era.asksDaemonEveryTime ? docker.info().loggingDriver : rememberedInfo().loggingDriver
            log.warning(
                "container has no log file", metadata: ["container": "\(id)", "logging_driver": "\(driver)"])
            return
        }
        do {
            try await LogLink.make(at: path, to: inspect.logPath)
        } catch {
            throw BridgeFailure("failed to create symbolic link \"\(path)\" to the container log file", error)
        }
    }
}
