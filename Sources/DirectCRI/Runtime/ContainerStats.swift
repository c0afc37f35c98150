package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    package func containerStats(
        _ request: ContainerStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ContainerStatsResponse {
        let container = try await requireContainer(request.containerId)
        let figures = try await core.statistics(container.record.id)
        return ContainerStatsResponse(stats: stats(of: container, figures, root: await core.facts().root))
    }

    /// A container that does not run uses disk space and nothing else: a kubelet takes absent figures for none, while zeros
    /// would take away what it has counted.
    func stats(of container: PodContainer, _ figures: ContainerStatistics, root: String) -> ContainerStats {
        var stats = ContainerStats(
            attributes: ContainerAttributes(
                id: container.record.id, metadata: container.metadata, labels: container.document.labels,
                annotations: container.document.annotations),
            writableLayer: FilesystemUsage(
                timestamp: figures.timestamp, fsId: FilesystemIdentifier(mountpoint: root),
                usedBytes: UInt64Value(value: figures.writableLayerBytes),
                inodesUsed: UInt64Value(value: figures.writableLayerInodes)))
        guard container.record.state == .running else { return stats }
        let rate = rates.rate(of: container.record.id, counter: figures.cpuNanoseconds, at: figures.timestamp)
        stats.cpu = CpuUsage(figures, rate: rate)
        stats.memory = MemoryUsage(figures)
        stats.swap = SwapUsage(figures)
        stats.io = IoUsage(figures)
        return stats
    }

    /// Of all these at once, in their order; those that are gone by then are left out.
    func stats(of containers: [PodContainer]) async throws(OxbowError) -> [ContainerStats] {
        let figures = try await core.statistics(of: containers.map(\.record.id))
        let root = await core.facts().root
        return containers.compactMap { container in
            figures[container.record.id].map { stats(of: container, $0, root: root) }
        }
    }
}
