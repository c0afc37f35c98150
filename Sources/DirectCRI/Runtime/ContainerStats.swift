package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    package func containerStats(
        _ request: ContainerStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ContainerStatsResponse {
        let container = try await requireContainer(request.containerId)
        return ContainerStatsResponse(stats: try await stats(of: container))
    }

    /// - Throws: what the core throws, `.missing` when the container went away meanwhile included.
    func stats(of container: PodContainer) async throws(OxbowError) -> ContainerStats {
        let figures = try await core.statistics(container.record.id)
        return ContainerStats(
            attributes: ContainerAttributes(
                id: container.record.id, metadata: container.metadata, labels: container.document.labels,
                annotations: container.document.annotations),
            cpu: CpuUsage(
                timestamp: figures.timestamp, usageCoreNanoSeconds: UInt64Value(value: figures.cpuNanoseconds)),
            memory: memory(figures),
            writableLayer: FilesystemUsage(
                timestamp: figures.timestamp, fsId: FilesystemIdentifier(mountpoint: await core.facts().root),
                usedBytes: UInt64Value(value: figures.writableLayerBytes),
                inodesUsed: UInt64Value(value: figures.writableLayerInodes)),
            swap: SwapUsage(timestamp: figures.timestamp, swapUsageBytes: UInt64Value(value: figures.swapBytes)))
    }

    private func memory(_ figures: ContainerStatistics) -> MemoryUsage {
        let available = figures.memoryLimit.map { $0 > figures.workingSetBytes ? $0 - figures.workingSetBytes : 0 }
        return MemoryUsage(
            timestamp: figures.timestamp, workingSetBytes: UInt64Value(value: figures.workingSetBytes),
            availableBytes: available.map { UInt64Value(value: $0) },
            usageBytes: UInt64Value(value: figures.memoryBytes),
            rssBytes: UInt64Value(value: figures.rssBytes), pageFaults: UInt64Value(value: figures.pageFaults),
            majorPageFaults: UInt64Value(value: figures.majorPageFaults))
    }
}
