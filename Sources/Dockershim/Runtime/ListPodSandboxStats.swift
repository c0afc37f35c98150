package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Of sandboxes that are up, and of the running containers in them: one list, and then a sample of each.
    package func listPodSandboxStats(
        _ request: ListPodSandboxStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListPodSandboxStatsResponse {
        try await serve(context) {
            try requireNewEra("ListPodSandboxStats")
            let filter = request.filter ?? PodSandboxStatsFilter()
            let running = try await docker.containers(
                all: false, sized: true, filters: ["label": [DockerLabels.type]])
            let members = Dictionary(grouping: running) { $0.labels?[DockerLabels.sandboxID] ?? "" }
            var all: [PodSandboxStats] = []
            for summary in running where summary.labels?[DockerLabels.type] == DockerLabels.sandboxType {
                guard let sandbox = sandbox(summary), sandbox.id.hasPrefix(filter.id),
                    filter.labelSelector.allSatisfy({ sandbox.labels[$0.key] == $0.value })
                else { continue }
                do {
                    let own = try await docker.stats(sandbox.id, oneShot: true)
                    all.append(try await stats(of: sandbox, members: members[sandbox.id] ?? [], own: own))
                } catch let failure as DockerFailure where failure.saysNoSuchContainer {
                    // It went while the others were measured.
                }
            }
            return ListPodSandboxStatsResponse(stats: all)
        }
    }
}
