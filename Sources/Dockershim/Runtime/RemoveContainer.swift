import DockerAPI
import Logging
package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    /// Takes the container away, running or not. Its log stays for the kubelet to remove; 1.20 takes the link to it away.
    /// Gone is a success, except in 1.20.
    package func removeContainer(
        _ request: RemoveContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemoveContainerResponse {
        try await serve(context) {
            do {
                try await removeContainer(request.containerId)
            } catch let failure as DockerFailure where failure.saysNoSuchContainer && !era.failsOnContainersGone {
                await forget(request.containerId)
                log.debug("container was gone", metadata: ["container": "\(request.containerId)"])
            }
            return RemoveContainerResponse()
        }
    }

    func removeContainer(_ id: String) async throws {
        guard era.linksLogs else { return try await removeWithLog(id) }
        let inspect = try await docker.inspect(id)
        try await LogLink.remove(inspect.config.labels?[DockerLabels.logPath] ?? "")
        try await docker.removeByForce(id)
        memory.withLock { $0.containerUsers.forget(inspect.id) }
    }

    /// A log still being written is read to its end first: Docker's goes with the container.
    private func removeWithLog(_ id: String) async throws {
        if logs.isFollowing(id) {
            do throws(DockerFailure) {
                try await docker.stop(id, grace: 0)
                await logs.settle(id)
            } catch {
                guard error.saysNoSuchContainer else { throw error }
            }
        }
        try await docker.removeByForce(id)
        await forget(id)
    }

    private func forget(_ id: String) async {
        memory.withLock { $0.startFailures.forget(id) }
        await logs.forget(id)
    }
}
