package import CRI
package import CRIServer
import Core
package import Faults
package import NIOCore

extension DirectCRI {
    package func listPodSandbox(
        _ request: ListPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListPodSandboxResponse {
        ListPodSandboxResponse(items: await sandboxEntries(request.filter).map(\.message))
    }

    package func encodedSandboxes(_ request: ListPodSandboxRequest) async throws(OxbowError) -> ByteBuffer {
        EncodedElement.answer(of: await sandboxEntries(request.filter).map(\.encoded))
    }

    private func sandboxEntries(_ filter: PodSandboxFilter?) async -> [ListEntry<PodSandbox>] {
        let entries = await listEntries().sandboxes
        guard let filter else { return entries }
        return entries.filter { entry in
            let sandbox = entry.message
            return sandbox.id.hasPrefix(filter.id) && (filter.state.map { $0.state == sandbox.state } ?? true)
                && sandbox.labels.matches(filter.labelSelector)
        }
    }
}

extension Sandbox {
    var listEntry: PodSandbox {
        PodSandbox(
            id: record.id, metadata: metadata, state: isReady ? .sandboxReady : .sandboxNotready,
            createdAt: record.createdAt, labels: document.labels, annotations: document.annotations,
            runtimeHandler: document.runtimeHandler)
    }
}
