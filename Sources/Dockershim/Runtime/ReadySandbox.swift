import CRI
import DockerAPI

extension Dockershim {
    /// The sandbox that a container is to be made in.
    /// - Throws: `.missing` when there is none of this id, `.wrongState` when it does not run.
    func readySandbox(_ id: String) async throws -> ContainerInspect {
        let inspect: ContainerInspect
        do throws(DockerFailure) {
            inspect = try await docker.inspect(id)
        } catch {
            guard error.saysNoSuchContainer else { throw error }
            throw BridgeFailure(.missing, "pod sandbox: not found (\(id))", origin: error)
        }
        guard inspect.config.labels?[DockerLabels.type] == DockerLabels.sandboxType else {
            throw BridgeFailure(.missing, "pod sandbox: not found (\(id))")
        }
        guard inspect.state.running else { throw BridgeFailure(.wrongState, "pod sandbox: not ready (\(inspect.id))") }
        return inspect
    }

    /// - Throws: `.missing` for what is no container, `.wrongState` for one that runs or has run.
    func requireStartable(_ id: String) async throws {
        let inspect = try await docker.inspect(id)
        guard inspect.config.labels?[DockerLabels.type] == DockerLabels.containerType else {
            throw BridgeFailure(.missing, "container: not found (\(id))")
        }
        switch try DerivedStatus(inspect, era: era).state {
        case .containerRunning: throw BridgeFailure(.wrongState, "container: already running (\(inspect.id))")
        case .containerExited:
            throw BridgeFailure(.wrongState, "container: has exited and starts only once (\(inspect.id))")
        default: return
        }
    }
}
