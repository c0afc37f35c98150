import CNI
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    package func stopPodSandbox(
        _ request: StopPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> StopPodSandboxResponse {
        try await serve(context) {
            try await stopSandbox(request.podSandboxId)
            return StopPodSandboxResponse()
        }
    }

    /// What is known of a sandbox that is to be stopped: from Docker, else from the checkpoint.
    private struct Subject {
        /// Docker takes the beginning of an id as well, under which no checkpoint is kept; so did 1.20.
        var id: String
        var name: ObjectName?
        var usesHostNetwork = false
        var ports: [SandboxCheckpoint.Port] = []
        /// nil: Docker does not have it.
        var inspect: ContainerInspect?

        /// Docker has something else under that id.
        var isForeign = false

        /// Neither Docker nor we know it: there is nothing to undo.
        var isUnknown: Bool { name == nil }
    }

    /// Whether Docker's container is a sandbox. 1.20 never asked.
    func isSandbox(_ inspect: ContainerInspect) -> Bool {
        era.takesAnythingForSandbox || inspect.config.labels?[DockerLabels.type] == DockerLabels.sandboxType
    }

    /// Containers (not in 1.20), network, pause container: all are tried, and all failures told.
    func stopSandbox(_ asked: String) async throws {
        let subject = try await subject(asked)
        if subject.isForeign { return }
        let id = subject.id
        var failures: [any Error] = []
        if !era.leavesContainersOfStoppedSandboxes {
            do { try await stopContainers(of: id) } catch { failures.append(error) }
        }
        let hasNetwork = !subject.usesHostNetwork && (!subject.isUnknown || era.undoesNetworksOfUnknownSandboxes)
        if let network, hasNetwork, network.isReady(id) ?? true {
            do {
                try await detach(id, name: subject.name, ports: subject.ports, known: subject.inspect)
                network.mark(id, ready: false)
            } catch {
                failures.append(error)
            }
        }
        do {
            try await stopPause(id, subject.inspect)
        } catch {
            failures.append(error)
        }
        if let failure = BridgeFailure(all: failures) { throw failure }
    }

    private func subject(_ id: String) async throws -> Subject {
        var subject = Subject(id: id)
        let missing: any Error
        do {
            let inspect = try await docker.inspect(id)
            guard isSandbox(inspect) else {
                subject.isForeign = true
                return subject
            }
            if !era.takesAnythingForSandbox { subject.id = inspect.id }
            guard let name = ObjectName(parsing: inspect.name) else {
                throw BridgeFailure(.missing, "sandbox: not a pod's container (\(inspect.name))")
            }
            subject.name = name
            subject.usesHostNetwork = inspect.hostConfig.networkMode == "host"
            subject.inspect = inspect
            if case .checkpoint(let checkpoint) = try await checkpoints.read(subject.id) {
                subject.ports = checkpoint.data.portMappings ?? []
            }
            return subject
        } catch {
            missing = error
        }
        switch try await checkpoints.read(id) {
        case .checkpoint(let checkpoint):
            var name = ObjectName(sandbox: PodSandboxMetadata())
            name.pod = checkpoint.name
            name.namespace = checkpoint.namespace
            subject.name = name
            subject.usesHostNetwork = checkpoint.usesHostNetwork
            subject.ports = checkpoint.data.portMappings ?? []
        case .damaged:
            try await checkpoints.remove(id)
            fallthrough
        case .nothing:
            guard (missing as? DockerFailure)?.saysNoSuchContainer ?? false else { throw missing }
        }
        return subject
    }

    /// - Parameter known: the inspection that the call has already made; its pid names the namespace.
    func detach(
        _ id: String, name: ObjectName?, ports: [SandboxCheckpoint.Port], known: ContainerInspect?
    ) async throws {
        guard let network else { return }
        var pid = known?.state.pid ?? 0
        if era.inspectsSandboxForEachStep {
            // Without a namespace the plugins still undo what they remember, so a failure here is no obstacle.
            pid = (try? await docker.inspect(id).state.pid) ?? 0
        }
        let pod = try NetworkRequest(
            id: id, name: name ?? ObjectName(sandbox: PodSandboxMetadata()), ports: ports, annotations: [:])
        try await network.detach(pod, pid: pid)
    }

    private func stopContainers(of id: String) async throws {
        let label = "\(DockerLabels.sandboxID)=\(id)"
        for container in try await docker.containers(all: false, filters: ["label": [label]]) {
            do throws(DockerFailure) {
                try await docker.stop(container.id, grace: 0)
            } catch {
                guard error.saysNoSuchContainer else { throw error }
            }
        }
    }

    private func stopPause(_ id: String, _ inspect: ContainerInspect?) async throws {
        if !era.inspectsSandboxForEachStep, !(inspect?.state.running ?? true) { return }
        do throws(DockerFailure) {
            try await docker.stop(id, grace: Self.sandboxGrace)
        } catch {
            guard error.saysNoSuchContainer else { throw error }
            try await checkpoints.remove(id)
        }
    }
}
