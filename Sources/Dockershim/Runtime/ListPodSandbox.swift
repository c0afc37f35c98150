import Logging
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Sandboxes that Docker has, and, when nothing is filtered, those of which only the checkpoint is left, so that the
    /// kubelet has their networks undone.
    package func listPodSandbox(
        _ request: ListPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListPodSandboxResponse {
        try await serve(context) {
            let filter = request.filter
            // Read before the list: a sandbox made in between is then not taken for an orphan.
            let checkpointed = filter == nil ? try await checkpoints.ids() : []
            let wanted = filter?.state?.state
            var filters = [
                "label": DockerLabels.filter(
                    type: DockerLabels.sandboxType, and: filter?.labelSelector ?? [:], era: era)
            ]
            if let id = filter?.id, !id.isEmpty { filters["id"] = [id] }
            let found = try await docker.containers(all: wanted != .sandboxReady, filters: filters)
            var items = found.compactMap(sandbox)
            if wanted == .sandboxNotready { items.removeAll { $0.state == .sandboxReady } }
            let known = Set(found.map(\.id))
            for id in checkpointed where !known.contains(id) {
                if let orphan = try await orphan(id) { items.append(orphan) }
            }
            return ListPodSandboxResponse(items: items)
        }
    }

    /// nil, and a line in the log, for a container whose name is not a sandbox's.
    func sandbox(_ summary: ContainerSummary) -> PodSandbox? {
        guard let name = ObjectName(parsing: summary.names?.first ?? "") else {
            log.debug("not a pod's name", metadata: ["container": "\(summary.id)"])
            return nil
        }
        // Not ready yet, and not to be taken for one that has ended.
        if memory.withLock({ $0.sandboxesInMaking.contains(name.text(era: era)) }) { return nil }
        let (labels, annotations) = DockerLabels.read(summary.labels)
        return PodSandbox(
            id: summary.id, metadata: name.sandboxMetadata, state: StateDerivation.sandbox(summary, era: era),
            createdAt: summary.created * 1_000_000_000, labels: labels, annotations: annotations,
            runtimeHandler: summary.labels?[DockerLabels.handler] ?? "")
    }

    private func orphan(_ id: String) async throws -> PodSandbox? {
        switch try await checkpoints.read(id) {
        case .checkpoint(let checkpoint):
            let metadata = PodSandboxMetadata(name: checkpoint.name, namespace: checkpoint.namespace)
            return PodSandbox(id: id, metadata: metadata, state: .sandboxNotready)
        case .damaged:
            try await checkpoints.remove(id)
            log.warning("damaged checkpoint removed", metadata: ["sandbox": "\(id)"])
            return nil
        case .nothing: return nil
        }
    }
}
