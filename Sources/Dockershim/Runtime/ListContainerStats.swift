package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Daemons answer a sample in milliseconds, but take as many at once as they have cores for.
    static let samplesAtOnce = 8

    package func listContainerStats(
        _ request: ListContainerStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListContainerStatsResponse {
        try await serve(context) {
            let filter = request.filter ?? ContainerStatsFilter()
            let filters = filters(id: filter.id, sandbox: filter.podSandboxId, labels: filter.labelSelector)
            if era.gathersStatsSlowly {
                var all: [ContainerStats] = []
                for container in try await docker.containers(all: true, filters: filters) {
                    all.append(try await gatherStats(container.id))
                }
                return ListContainerStatsResponse(stats: all)
            }
            let running = try await docker.containers(all: false, sized: true, filters: filters).filter {
                ($0.labels?[DockerLabels.sandboxID] ?? "").hasPrefix(filter.podSandboxId)
            }
            return ListContainerStatsResponse(stats: try await gatherStats(of: running))
        }
    }

    private func gatherStats(of summaries: [ContainerSummary]) async throws -> [ContainerStats] {
        var all: [ContainerStats] = []
        for (attributes, sample, writable) in try await samples(of: summaries) {
            all.append(try await stats(of: attributes, sample, writable: writable))
        }
        return all
    }

    typealias Sample = (attributes: ContainerAttributes, sample: StatsResponse, writable: Int64?)

    /// In the order of the list. A container that is gone by the time it is asked for is left out.
    func samples(of summaries: [ContainerSummary]) async throws -> [Sample] {
        try await withThrowingTaskGroup(of: (Int, Sample?).self) { group in
            var found = [Sample?](repeating: nil, count: summaries.count)
            for (index, summary) in summaries.enumerated() {
                if index >= Self.samplesAtOnce, let (done, sample) = try await group.next() { found[done] = sample }
                group.addTask { (index, try await self.sample(summary)) }
            }
            for try await (done, sample) in group { found[done] = sample }
            return found.compactMap { $0 }
        }
    }

    private func sample(_ summary: ContainerSummary) async throws -> Sample? {
        guard let container = container(summary) else { return nil }
        let attributes = ContainerAttributes(
            id: container.id, metadata: container.metadata, labels: container.labels,
            annotations: container.annotations)
        do {
            return (attributes, try await docker.stats(summary.id, oneShot: true), summary.sizeRw)
        } catch {
            guard error.saysNoSuchContainer else { throw error }
            return nil
        }
    }
}
