package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Removes the sandbox and every container in it, running or not. Idempotent.
    package func removePodSandbox(
        _ request: RemovePodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemovePodSandboxResponse {
        guard let sandbox = try await findSandbox(request.podSandboxId) else { return RemovePodSandboxResponse() }
        transitions.beginRemoving(sandbox.record.id)
        defer { transitions.endRemoving(sandbox.record.id) }
        do throws(OxbowError) {
            try await stopEverything(in: sandbox)
        } catch {
            // Another call has removed it meanwhile.
            guard error.kind == .missing else { throw error }
        }
        try await concurrently(await podContainers(in: sandbox.record.id)) { (container) async throws(OxbowError) in
            try await self.core.remove(container.record.id, force: true)
            self.documents.forget(container.record.id)
        }
        try await core.remove(sandbox.record.id, force: true)
        documents.forget(sandbox.record.id)
        return RemovePodSandboxResponse()
    }
}
