import DockerAPI
import Logging
package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Takes the log link away and the container with it, running or not. Gone is a success, except in 1.20.
    package func removeContainer(
        _ request: RemoveContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemoveContainerResponse {
        try await serve(context) {
            do {
                try await removeContainer(request.containerId)
            } catch let failure as DockerFailure where failure.saysNoSuchContainer && !era.failsOnContainersGone {
                log.debug("container was gone", metadata: ["container": "\(request.containerId)"])
            }
            return RemoveContainerResponse()
        }
    }

    func removeContainer(_ id: String) async throws {
        let inspect = try await docker.inspect(id)
        try await LogLink.remove(inspect.config.labels?[DockerLabels.logPath] ?? "")
        try await docker.removeByForce(id)
        memory.withLock { $0.containerUsers.forget(inspect.id) }
    }
}
