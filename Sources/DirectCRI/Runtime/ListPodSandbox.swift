package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func listPodSandbox(
        _ request: ListPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListPodSandboxResponse {
        let filter = request.filter ?? PodSandboxFilter()
        let chosen = await sandboxes().filter { sandbox in
            (filter.id.isEmpty || sandbox.record.id.hasPrefix(filter.id))
                && (filter.state.map { ($0.state == .sandboxReady) == sandbox.isReady } ?? true)
                && sandbox.document.labels.matches(filter.labelSelector)
        }
        return ListPodSandboxResponse(items: chosen.map(\.listEntry))
    }
}

extension Sandbox {
    fileprivate var listEntry: PodSandbox {
        PodSandbox(
            id: record.id, metadata: metadata, state: isReady ? .sandboxReady : .sandboxNotready,
            createdAt: record.createdAt, labels: document.labels, annotations: document.annotations,
            runtimeHandler: document.runtimeHandler)
    }
}
