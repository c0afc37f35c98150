package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Stops the sandbox's containers at once, then its own process, and detaches its network. Idempotent; a sandbox
    /// that is not there is stopped.
    package func stopPodSandbox(
        _ request: StopPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> StopPodSandboxResponse {
        guard let sandbox = await findSandbox(request.podSandboxId) else { return StopPodSandboxResponse() }
        try await stopEverything(in: sandbox)
        return StopPodSandboxResponse()
    }

    func stopEverything(in sandbox: Sandbox) async throws(OxbowError) {
        let containers = await podContainers(in: sandbox.record.id).filter { $0.record.state == .running }
        try await concurrently(containers) { (container) async throws(OxbowError) in
            try await self.core.stop(container.record.id, grace: .zero)
        }
        // A pause process has nothing to save, and as a first process it may ignore SIGTERM.
        try await core.stop(sandbox.record.id, grace: .zero)
    }

    /// Runs `work` for all at once and throws the first error after every one has ended.
    func concurrently<Item: Sendable>(
        _ items: [Item], _ work: @escaping @Sendable (Item) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        let failures = await withTaskGroup(of: OxbowError?.self) { group in
            for item in items {
                group.addTask {
                    do throws(OxbowError) {
                        try await work(item)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: [OxbowError]()) { $0 += $1.map { [$0] } ?? [] }
        }
        if let first = failures.first { throw first }
    }
}
