package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Of sandboxes that are up, and of the running containers in them.
    package func listPodSandboxStats(
        _ request: ListPodSandboxStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListPodSandboxStatsResponse {
        let filter = request.filter ?? PodSandboxStatsFilter()
        let chosen = await sandboxes().filter { sandbox in
            sandbox.isReady && sandbox.record.id.hasPrefix(filter.id)
                && sandbox.document.labels.matches(filter.labelSelector)
        }
        let ids = Set(chosen.map(\.record.id))
        let running = await podContainers().filter {
            $0.record.state == .running && ids.contains($0.document.sandbox)
        }
        return ListPodSandboxStatsResponse(stats: try await stats(of: chosen, containers: running))
    }
}
