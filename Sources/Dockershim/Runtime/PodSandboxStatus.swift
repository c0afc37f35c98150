import Logging
import CNI
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// State and addresses of one sandbox. Kubelets of 1.20 rely on `network` being there, even if empty.
    package func podSandboxStatus(
        _ request: PodSandboxStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> PodSandboxStatusResponse {
        try await serve(context) {
            let timestamp = clock.wall()
            let inspect = try await docker.inspect(request.podSandboxId)
            guard isSandbox(inspect) else {
                throw BridgeFailure(.missing, "pod sandbox: not found (\(request.podSandboxId))")
            }
            let createdAt = try DerivedStatus.nanoseconds(inspect.created, era: era)
            let addresses = await addresses(era.takesAnythingForSandbox ? request.podSandboxId : inspect.id, inspect)
            guard let name = ObjectName(parsing: inspect.name) else {
                throw BridgeFailure(.missing, "sandbox: not a pod's container (\(inspect.name))")
            }
            let (labels, annotations) = DockerLabels.read(inspect.config.labels)
            var status = PodSandboxStatus(
                id: inspect.id, metadata: name.sandboxMetadata,
                state: inspect.state.running ? .sandboxReady : .sandboxNotready, createdAt: createdAt,
                network: PodSandboxNetworkStatus(
                    ip: addresses.first ?? "", additionalIps: addresses.dropFirst().map { PodIP(ip: $0) }),
                linux: LinuxPodSandboxStatus(
                    namespaces: Namespace(options: NamespaceEncoding.read(inspect.hostConfig))),
                labels: labels, annotations: annotations)
            guard !era.answersOnlyWhat120Knew else { return PodSandboxStatusResponse(status: status) }
            var kept: SandboxCheckpoint.Content?
            if case .checkpoint(let checkpoint) = try await checkpoints.read(inspect.id) { kept = checkpoint.data }
            status.runtimeHandler = kept?.runtimeHandler ?? ""
            if !era.forgetsPIDMode, let mode = kept?.pidMode {
                status.linux?.namespaces?.options?.pid = NamespaceMode(rawValue: mode)
            }
            guard request.verbose else { return PodSandboxStatusResponse(status: status) }
            let details = SandboxDetails(
                inspect: inspect, addresses: addresses, runtimeHandler: status.runtimeHandler,
                configuration: kept?.configuration)
            var info = details.info
            info["overhead"] = kept?.overhead
            info["resources"] = kept?.resources
            return PodSandboxStatusResponse(
                status: status, info: info, containersStatuses: try await containerStatuses(in: inspect.id),
                timestamp: timestamp)
        }
    }

    /// Only on request: it takes a REST call for each.
    private func containerStatuses(in sandbox: String) async throws -> [CRI.ContainerStatus] {
        var statuses: [CRI.ContainerStatus] = []
        for container in try await docker.containers(all: true, filters: filters(id: "", sandbox: sandbox, labels: [:]))
        {
            do {
                statuses.append(try await status(of: docker.inspect(container.id)))
            } catch let failure as DockerFailure where failure.saysNoSuchContainer {
                continue  // Removed meanwhile.
            }
        }
        return statuses
    }

    /// Empty without a network of its own. A failure is not the call's: the sandbox then has no address to tell.
    private func addresses(_ id: String, _ inspect: ContainerInspect) async -> [String] {
        guard inspect.hostConfig.networkMode != "host" else { return [] }
        if let network {
            guard network.isReady(id) ?? true else { return [] }
            do {
                let found = try await addresses(id, inspect, in: network)
                if !found.isEmpty { return found }
            } catch {
                log.debug("pod has no address", metadata: ["sandbox": "\(id)", "error": "\(error)"])
            }
        }
        let docker = inspect.networkSettings
        return [docker.ipAddress, docker.globalIPv6Address].filter { !$0.isEmpty }
    }

    private func addresses(
        _ id: String, _ inspect: ContainerInspect, in network: SandboxNetwork
    ) async throws -> [String] {
        if !era.inspectsSandboxForEachStep {
            guard inspect.state.running else { return [] }
            if let known = network.rememberedAddresses(id) { return known }
        }
        let pid = era.inspectsSandboxForEachStep ? try await docker.inspect(id).state.pid : inspect.state.pid
        let name = ObjectName(parsing: inspect.name)
        let pod = PodIdentity(id: id, namespace: name?.namespace ?? "", name: name?.pod ?? "", uid: name?.uid ?? "")
        let found = try await network.currentAddresses(pod, pid: pid)
        return era.tellsOneAddress ? Array(found.prefix(1)) : found
    }
}
