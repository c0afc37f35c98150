import Synchronization
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    package func containerStatus(
        _ request: ContainerStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> ContainerStatusResponse {
        try await serve(context) {
            let inspect = try await docker.inspect(request.containerId)
            let status = try await status(of: inspect)
            if status.state == .containerExited { await logs.settle([(inspect.id, status.logPath)]) }
            var answer = ContainerStatusResponse(status: status)
            if request.verbose, !era.answersOnlyWhat120Knew {
                let shown = VerboseContainer(
                    sandboxID: inspect.config.labels?[DockerLabels.sandboxID] ?? "", pid: inspect.state.pid,
                    runtime: inspect.hostConfig.runtime, logPath: inspect.logPath,
                    command: [inspect.path] + (inspect.args ?? []), workingDirectory: inspect.config.workingDir,
                    privileged: inspect.hostConfig.privileged)
                answer.info["info"] = try DockerJSON.text(shown)
            }
            return answer
        }
    }

    private struct VerboseContainer: Encodable {
        var sandboxID: String
        var pid: Int
        var runtime: String
        var logPath: String
        var command: [String]
        var workingDirectory: String
        var privileged: Bool
    }

    func status(of inspect: ContainerInspect) async throws -> CRI.ContainerStatus {
        let derived = try DerivedStatus(inspect, era: era)
        let names = try await names(ofImage: inspect.image)
        guard let name = ObjectName(parsing: inspect.name) else {
            throw BridgeFailure(.missing, "container: not a pod's container (\(inspect.name))")
        }
        let (labels, annotations) = DockerLabels.read(inspect.config.labels)
        let prefixes = era.imagePrefixes
        var status = CRI.ContainerStatus(
            id: inspect.id, metadata: name.containerMetadata, state: derived.state, createdAt: derived.createdAt,
            startedAt: derived.startedAt, finishedAt: derived.finishedAt,
            exitCode: derived.exitCode,
            image: ImageSpec(image: names.tag ?? inspect.config.image),
            imageRef: names.digest.map { prefixes.digest + $0 } ?? prefixes.id + inspect.image,
            reason: derived.reason, message: derived.message, labels: labels, annotations: annotations,
            mounts: mounts(inspect), logPath: inspect.config.labels?[DockerLabels.logPath] ?? "")
        if !era.answersOnlyWhat120Knew {
            status.imageId = inspect.image
            status.image?.userSpecifiedImage = inspect.config.labels?[DockerLabels.userSpecifiedImage] ?? ""
            status.user = await user(of: inspect)
            status.stopSignal = StopSignals.signal(named: inspect.config.stopSignal)
            status.resources = ContainerResources(linux: limits(inspect.hostConfig))
        }
        return status
    }

    private func mounts(_ inspect: ContainerInspect) -> [Mount] {
        guard era.answersOnlyWhat120Knew else { return MountEncoding.read(inspect) }
        return (inspect.mounts ?? []).map {
            Mount(containerPath: $0.destination, hostPath: $0.source, readonly: !$0.rw)
        }
    }

    private func limits(_ host: HostConfig) -> LinuxContainerResources {
        let limits = host.resources
        return LinuxContainerResources(
            cpuPeriod: limits.cpuPeriod, cpuQuota: limits.cpuQuota, cpuShares: limits.cpuShares,
            memoryLimitInBytes: limits.memory, oomScoreAdj: Int64(host.oomScoreAdj), cpusetCpus: limits.cpusetCpus,
            cpusetMems: limits.cpusetMems, memorySwapLimitInBytes: limits.memorySwap)
    }

    /// Empty when the image is gone: a container may outlive it.
    private func names(ofImage id: String) async throws(DockerFailure) -> ImageNames.Names {
        if !era.inspectsImageForEveryStatus,
            let known = memory.withLock({ $0.imageNames.names(of: id, at: clock.elapsed()) })
        {
            return known
        }
        var names = ImageNames.Names()
        do throws(DockerFailure) {
            let image = try await docker.inspectImage(id)
            names.tag = image.repoTags?.first
            names.digest = image.repoDigests?.first
        } catch {
            guard error.saysNoSuchImage else { throw error }
        }
        memory.withLock { [names] in $0.imageNames.keep(names, of: id, at: clock.elapsed()) }
        return names
    }
}
