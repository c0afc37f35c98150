package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    package func removePodSandbox(
        _ request: RemovePodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemovePodSandboxResponse {
        try await serve(context) {
            if let id = try await removable(request.podSandboxId) { try await removeSandbox(id) }
            return RemovePodSandboxResponse()
        }
    }

    /// - Returns: the whole id of what is to be removed, which may be a checkpoint alone; nil when it is no sandbox.
    private func removable(_ id: String) async throws -> String? {
        guard !era.takesAnythingForSandbox else { return id }
        do throws(DockerFailure) {
            let inspect = try await docker.inspect(id)
            return isSandbox(inspect) ? inspect.id : nil
        } catch {
            guard error.saysNoSuchContainer else { throw error }
            return id
        }
    }

    /// The sandbox's containers, the pause container, the checkpoint: all are tried, and all failures told.
    func removeSandbox(_ id: String) async throws {
        var failures: [any Error] = []
        if try await stillHasNetwork(id) {
            do { try await stopSandbox(id) } catch { failures.append(error) }
        }
        do {
            let label = "\(DockerLabels.sandboxID)=\(id)"
            for container in try await docker.containers(all: true, filters: ["label": [label]]) {
                do {
                    try await remove(container)
                } catch let failure as DockerFailure where failure.saysNoSuchContainer {
                    continue
                } catch {
                    failures.append(error)
                }
            }
        } catch {
            failures.append(error)
        }
        do throws(DockerFailure) {
            try await docker.removeByForce(id)
            network?.forget(id)
        } catch {
            if error.saysNoSuchContainer { network?.forget(id) } else { failures.append(error) }
        }
        do { try await checkpoints.remove(id) } catch { failures.append(error) }
        if let failure = BridgeFailure(all: failures) { throw failure }
    }

    /// A sandbox removed without having been stopped: the network would outlive it.
    private func stillHasNetwork(_ id: String) async throws -> Bool {
        guard !era.leavesContainersOfStoppedSandboxes, let network else { return false }
        if let isReady = network.isReady(id) { return isReady }
        guard case .checkpoint(let checkpoint) = try await checkpoints.read(id) else { return false }
        return !checkpoint.usesHostNetwork
    }

    private func remove(_ container: ContainerSummary) async throws {
        // By what the era asks first: 1.20 inspects each.
        try await removeContainer(container.id)
    }
}
