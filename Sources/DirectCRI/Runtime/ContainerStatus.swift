package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    package func containerStatus(
        _ request: ContainerStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> ContainerStatusResponse {
        let container = try await requireContainer(request.containerId)
        let image = try await core.image(container.record.spec.image.description)
        let info = request.verbose ? ["info": try VerboseContainer(container).text()] : [:]
        return ContainerStatusResponse(status: container.status(image: image), info: info)
    }
}

extension PodContainer {
    var metadata: ContainerMetadata { ContainerMetadata(name: document.name, attempt: document.attempt) }

    /// A start that failed is an exit as far as the CRI is concerned: the kubelet then makes another attempt.
    var state: ContainerState {
        switch record.state {
        case .running: .containerRunning
        case .exited: .containerExited
        case .created: record.startError.isEmpty ? .containerCreated : .containerExited
        }
    }

    private var reason: String {
        guard state == .containerExited else { return "" }
        if !record.startError.isEmpty { return "StartError" }
        if record.oomKilled { return "OOMKilled" }
        return record.exitCode == 0 ? "Completed" : "Error"
    }

    /// A start that failed has no exit code of its own; 128 is what other runtimes say.
    private static let startErrorCode: Int32 = 128

    private var exitCode: Int32 {
        guard state == .containerExited else { return 0 }
        return record.startError.isEmpty ? record.exitCode : Self.startErrorCode
    }

    /// It began and ended in one moment.
    private var startedAt: Int64 { record.startError.isEmpty ? record.startedAt : record.finishedAt }

    /// - Parameter image: nil when the image has gone since; the name it was created by then stands in.
    func status(image: ImageRecord?) -> CRI.ContainerStatus {
        let name = image?.tags.first?.canonical ?? document.image
        let reference = image?.digests.first?.canonical ?? record.spec.image.description
        return CRI.ContainerStatus(
            id: record.id, metadata: metadata, state: state, createdAt: record.createdAt, startedAt: startedAt,
            finishedAt: record.finishedAt, exitCode: exitCode,
            image: ImageSpec(image: name, userSpecifiedImage: document.userSpecifiedImage), imageRef: reference,
            reason: reason, message: record.startError,
            labels: document.labels, annotations: document.annotations, mounts: document.mounts.map(Mount.init),
            logPath: document.logPath,
            resources: ContainerResources(linux: LinuxContainerResources(record.spec.resources)),
            imageId: record.spec.image.description,
            user: ContainerUser(
                linux: LinuxContainerUser(
                    uid: Int64(record.uid), gid: Int64(record.gid),
                    supplementalGroups: record.supplementalGroups.map(Int64.init))),
            stopSignal: Signal(rawValue: document.stopSignal))
    }
}

extension Mount {
    fileprivate init(_ point: ContainerDocument.MountPoint) {
        self.init(
            containerPath: point.containerPath, hostPath: point.hostPath, readonly: point.readOnly,
            selinuxRelabel: point.selinuxRelabel, propagation: MountPropagation(rawValue: point.propagation),
            recursiveReadOnly: point.recursiveReadOnly,
            image: point.image.isEmpty ? nil : ImageSpec(image: point.image), imageSubPath: point.imageSubPath,
            mountOptions: point.options)
    }
}

extension LinuxContainerResources {
    fileprivate init(_ limits: ResourceLimits) {
        self.init(
            cpuPeriod: Int64(clamping: limits.cpuPeriod ?? 0), cpuQuota: limits.cpuQuota ?? 0,
            cpuShares: Int64(clamping: limits.cpuShares ?? 0), memoryLimitInBytes: limits.memoryBytes ?? 0,
            oomScoreAdj: Int64(limits.oomScoreAdj ?? 0), cpusetCpus: limits.cpusetCPUs ?? "",
            cpusetMems: limits.cpusetMems ?? "",
            hugepageLimits: limits.hugepages.sorted { $0.key < $1.key }.map {
                HugepageLimit(pageSize: $0.key, limit: $0.value)
            },
            unified: limits.unified, memorySwapLimitInBytes: limits.memorySwapBytes ?? 0)
    }
}
