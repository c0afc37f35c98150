package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Stops the sandbox's containers at once, then its own process, and detaches its network. Idempotent; a sandbox
    /// that is not there is stopped.
    package func stopPodSandbox(
        _ request: StopPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> StopPodSandboxResponse {
        guard let sandbox = try await findSandbox(request.podSandboxId) else { return StopPodSandboxResponse() }
        try await stopEverything(in: sandbox)
        return StopPodSandboxResponse()
    }

    func stopEverything(in sandbox: Sandbox) async throws(OxbowError) {
        try await stopContainers(in: sandbox)
        // A pause process has nothing to save, and as a first process it may ignore SIGTERM.
        try await core.stop(sandbox.record.id, grace: .zero)
        // One whose start was asked for in between has come up; from here on none can.
        try await stopContainers(in: sandbox)
    }

    /// Created ones too: a start may be under way, and the core stops behind it.
    private func stopContainers(in sandbox: Sandbox) async throws(OxbowError) {
        let containers = await podContainers(in: sandbox.record.id).filter { $0.record.state != .exited }
        try await concurrently(containers) { (container) async throws(OxbowError) in
            do throws(OxbowError) {
                try await self.core.stop(container.record.id, grace: .zero)
            } catch {
                // Removed meanwhile.
                guard error.kind == .missing else { throw error }
            }
        }
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
