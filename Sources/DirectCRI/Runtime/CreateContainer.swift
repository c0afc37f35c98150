package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    package func createContainer(
        _ request: CreateContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> CreateContainerResponse {
        let sandbox = try await requireSandbox(request.podSandboxId)
        guard sandbox.isReady else {
            throw OxbowError(.wrongState, "pod sandbox: not ready (\(sandbox.record.id))")
        }
        let config = request.config ?? ContainerConfig()
        let name = config.image?.image ?? ""
        guard let image = try await core.image(name) else {
            throw OxbowError(.missing, "image: not found (\(name))")
        }
        let spec = PodContainerSpec(
            config, sandboxConfig: request.sandboxConfig ?? PodSandboxConfig(), sandbox: sandbox, image: image,
            gathered: try await gather(config, api: context.api))
        return CreateContainerResponse(containerId: try await core.create(try spec.containerSpec()).id)
    }
}
