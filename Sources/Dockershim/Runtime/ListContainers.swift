import Logging
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    package func listContainers(
        _ request: ListContainersRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListContainersResponse {
        try await serve(context) {
            let filter = request.filter ?? ContainerFilter()
            var filters = filters(
                id: filter.id, sandbox: filter.podSandboxId, labels: filter.labelSelector)
            if let state = filter.state?.state { filters["status"] = words(for: state) }
            let found = try await docker.containers(all: true, filters: filters)
            let containers = found.compactMap(container)
            guard let state = filter.state?.state, !era.readsStatesFromWords else {
                return ListContainersResponse(containers: containers)
            }
            return ListContainersResponse(containers: containers.filter { $0.state == state })
        }
    }

    func filters(id: String, sandbox: String, labels: [String: String]) -> [String: [String]] {
        let wanted = DockerLabels.filter(
            type: DockerLabels.containerType, and: labels, sandbox: sandbox, era: era)
        var filters = ["label": wanted]
        if !id.isEmpty { filters["id"] = [id] }
        return filters
    }

    /// Docker's states that may be this one; nil: any. Docker knows no `unknown` and refuses it, which 1.20 asks for.
    private func words(for state: CRI.ContainerState) -> [String]? {
        switch state {
        case .containerCreated: ["created"]
        case .containerRunning: era.readsStatesFromWords ? ["running"] : ["running", "paused", "restarting"]
        case .containerExited: era.readsStatesFromWords ? ["exited"] : ["exited", "dead"]
        default: era.readsStatesFromWords ? ["unknown"] : nil
        }
    }

    /// nil, and a line in the log, for a container whose name is not ours.
    func container(_ summary: ContainerSummary) -> Container? {
        guard let name = ObjectName(parsing: summary.names?.first ?? "") else {
            log.debug("not a pod container's name", metadata: ["container": "\(summary.id)"])
            return nil
        }
        let (labels, annotations) = DockerLabels.read(summary.labels)
        var container = Container(
            id: summary.id, podSandboxId: summary.labels?[DockerLabels.sandboxID] ?? "",
            metadata: name.containerMetadata, image: ImageSpec(image: summary.image), imageRef: summary.imageID,
            state: StateDerivation.container(summary, era: era), createdAt: summary.created * 1_000_000_000,
            labels: labels, annotations: annotations)
        if !era.answersOnlyWhat120Knew { container.imageId = summary.imageID }
        return container
    }
}
