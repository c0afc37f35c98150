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
            var filters = filters(id: filter.id, sandbox: filter.podSandboxId, labels: filter.labelSelector)
            if let state = filter.state?.state { filters["status"] = words(for: state) }
            let found = try await docker.containers(all: true, filters: filters)
            try await noteStartFailures(among: found)
            let containers = found.compactMap(container).filter { $0.podSandboxId.hasPrefix(filter.podSandboxId) }
            await settleLogs(of: found)
            guard let state = filter.state?.state, !era.readsStatesFromWords else {
                return ListContainersResponse(containers: containers)
            }
            return ListContainersResponse(containers: containers.filter { $0.state == state })
        }
    }

    /// A list is asked for many times a second: only a container that has just exited costs more than a look.
    private func settleLogs(of found: [ContainerSummary]) async {
        guard !era.linksLogs else { return }
        await logs.settle(
            found.filter { ["exited", "dead"].contains($0.state) }.map {
                ($0.id, $0.labels?[DockerLabels.logPath] ?? "")
            })
    }

    private func noteStartFailures(among found: [ContainerSummary]) async throws {
        guard !era.listsFailedStartsAsCreated else { return }
        let unknown = memory.withLock { memory in
            found.filter { $0.state == "created" && memory.startFailures.failed($0.id) == nil }.map(\.id)
        }
        for id in unknown {
            do throws(DockerFailure) {
                let failed = try await docker.inspect(id).state.exitCode != 0
                memory.withLock { $0.startFailures.note(id, failed: failed) }
            } catch {
                guard error.saysNoSuchContainer else { throw error }
            }
        }
    }

    /// A container whose start failed has exited, as its status says too.
    private func state(of summary: ContainerSummary) -> CRI.ContainerState {
        let failed = !era.listsFailedStartsAsCreated && memory.withLock { $0.startFailures.failed(summary.id) ?? false }
        return summary.state == "created" && failed
            ? .containerExited : StateDerivation.container(summary, era: era)
    }

    /// - Parameter sandbox: the beginning of an id makes Docker list containers of all sandboxes: the caller has to
    ///   choose among them.
    func filters(id: String, sandbox: String, labels: [String: String]) -> [String: [String]] {
        let isWhole = sandbox.utf8.count >= Self.idDigits || era.comparesWholeSandboxIDs
        var label = DockerLabels.filter(
            type: DockerLabels.containerType, and: labels, sandbox: isWhole ? sandbox : "", era: era)
        if !isWhole, !sandbox.isEmpty { label.append(DockerLabels.sandboxID) }
        var filters = ["label": label]
        if !id.isEmpty { filters["id"] = [id] }
        return filters
    }

    /// Of a whole id.
    private static let idDigits = 64

    /// Docker's states that may be this one; nil: any. Docker knows no `unknown` and refuses it, which 1.20 asks for.
    private func words(for state: CRI.ContainerState) -> [String]? {
        switch state {
        case .containerCreated: ["created"]
        case .containerRunning: era.readsStatesFromWords ? ["running"] : ["running", "paused", "restarting"]
        case .containerExited: era.readsStatesFromWords ? ["exited"] : ["exited", "dead", "created"]
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
            state: state(of: summary), createdAt: summary.created * 1_000_000_000,
            labels: labels, annotations: annotations)
        if !era.answersOnlyWhat120Knew { container.imageId = summary.imageID }
        return container
    }
}
