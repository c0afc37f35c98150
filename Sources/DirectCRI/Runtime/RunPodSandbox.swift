package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    /// Creates and starts the process that holds the sandbox's namespaces; the core attaches the network meanwhile.
    /// What a failure left half-made is removed before the error is answered.
    package func runPodSandbox(
        _ request: RunPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> RunPodSandboxResponse {
        let config = request.config ?? PodSandboxConfig()
        let image = try await pauseImage()
        let spec = try SandboxSpec(config, handler: request.runtimeHandler, image: image, api: context.api)
            .containerSpec()
        let record = try await core.create(spec)
        do {
            try await core.start(record.id, beforeStart: {})
        } catch {
            await discard(record.id)
            throw error
        }
        return RunPodSandboxResponse(podSandboxId: record.id)
    }

    /// The pause image, pulled when this host does not have it.
    private func pauseImage() async throws(OxbowError) -> ImageRecord {
        if let present = try await core.image(configuration.pauseImage) { return present }
        return try await pull(configuration.pauseImage, credentials: nil)
    }

    /// Removes what a failed call made. Its own failure is logged: the caller's error is the one that matters, and
    /// the core's recovery takes away what is left.
    private func discard(_ id: String) async {
        do {
            try await core.remove(id, force: true)
        } catch {
            logger.error("a failed sandbox could not be removed", metadata: ["id": "\(id)", "error": "\(error)"])
        }
        documents.forget(id)
    }
}
