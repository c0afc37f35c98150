import Logging
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Starts a container, once, whose log is written from its first line on. 1.20 starts it again and again, and only
    /// links Docker's own file to where the kubelet looks.
    package func startContainer(
        _ request: StartContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> StartContainerResponse {
        try await serve(context) {
            let id = request.containerId
            guard era.linksLogs else {
                try await requireStartable(id)
                try await startWithLog(id)
                return StartContainerResponse()
            }
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

    private func startWithLog(_ id: String) async throws {
        do { try await logs.prepare(id) } catch { throw startFailure(id, error) }
        do throws(DockerFailure) {
            try await docker.start(id)
        } catch {
            logs.abandon(id)
            if case .refused = error { memory.withLock { $0.startFailures.note(id, failed: true) } }
            throw startFailure(id, error)
        }
        memory.withLock { $0.startFailures.forget(id) }
        logs.begin(id)
    }

    private func startFailure(_ id: String, _ failure: any Error) -> BridgeFailure {
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
