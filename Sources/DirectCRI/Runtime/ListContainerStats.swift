package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Running containers only. One that ends while it is being measured is left out rather than failing the others.
    package func listContainerStats(
        _ request: ListContainerStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListContainerStatsResponse {
        let filter = request.filter ?? ContainerStatsFilter()
        var stats: [ContainerStats] = []
        for container in await podContainers()
        where container.record.state == .running && (filter.id.isEmpty || container.record.id.hasPrefix(filter.id))
            && (filter.podSandboxId.isEmpty || container.document.sandbox.hasPrefix(filter.podSandboxId))
            && container.document.labels.matches(filter.labelSelector)
        {
            do throws(OxbowError) {
                stats.append(try await self.stats(of: container))
            } catch {
                guard error.kind == .missing || error.kind == .wrongState else { throw error }
            }
        }
        return ListContainerStatsResponse(stats: stats)
    }
}
