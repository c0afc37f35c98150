package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    /// Creates and starts the process that holds the sandbox's namespaces; the core attaches the network meanwhile.
    /// What a failure, or a client that gave up, left half-made is removed before the call ends.
    package func runPodSandbox(
        _ request: RunPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> RunPodSandboxResponse {
        let config = request.config ?? PodSandboxConfig()
        try PodConfigCheck.check(config)
        let image = try await pauseImage()
        let id = ContainerID.random()
        let spec = try SandboxSpec(
            config, id: id, handler: request.runtimeHandler, image: image, api: context.api
        ).containerSpec()
        transitions.beginMaking(id)
        defer { transitions.endMaking(id) }
        do throws(OxbowError) {
            _ = try await core.create(spec)
        } catch {
            throw error.kind == .taken ? await alreadyThere(spec.name, error) : error
        }
        do throws(OxbowError) {
            try await core.start(id, beforeStart: {})
            // Nobody would learn of a sandbox that came up too late.
            if Task.isCancelled { throw OxbowError(.cancelled, "pod sandbox: given up by the client") }
        } catch {
            await discard(id)
            throw error
        }
        return RunPodSandboxResponse(podSandboxId: id)
    }

    /// The answer to the same name, namespace, uid and attempt a second time.
    private func alreadyThere(_ name: String, _ error: OxbowError) async -> OxbowError {
        guard let holder = await core.containers().first(where: { $0.spec.name == name }) else { return error }
        return OxbowError(
            .taken, "pod sandbox: name, namespace, uid and attempt are those of another (\(holder.id))", origin: error)
    }

    /// The pause image, pulled when this host does not have it.
    private func pauseImage() async throws(OxbowError) -> ImageRecord {
        if let present = try await core.image(configuration.pauseImage) { return present }
        return try await pull(configuration.pauseImage, credentials: nil)
    }

    /// Removes what a failed call made. Its own failure is logged: the caller's error is the one that matters, and
    /// the core's recovery takes away what is left.
    private func discard(_ id: String) async {
        await shielded { [core, logger] in
            do throws(OxbowError) {
                try await core.remove(id, force: true)
            } catch {
                logger.error("a failed sandbox could not be removed", metadata: ["id": "\(id)", "error": "\(error)"])
            }
        }
        documents.forget(id)
    }
}
