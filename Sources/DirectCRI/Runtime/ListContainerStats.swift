package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Running containers only. One that ends while it is being measured is left out rather than failing the others.
    package func listContainerStats(
        _ request: ListContainerStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListContainerStatsResponse {
        let filter = request.filter ?? ContainerStatsFilter()
        let chosen = await podContainers().filter { container in
            container.record.state == .running && container.record.id.hasPrefix(filter.id)
                && container.document.sandbox.hasPrefix(filter.podSandboxId)
                && container.document.labels.matches(filter.labelSelector)
        }
        return ListContainerStatsResponse(stats: try await stats(of: chosen))
    }
}
