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
        guard !transitions.isBeingRemoved(sandbox.record.id) else { throw Self.leaving(sandbox) }
        var config = request.config ?? ContainerConfig()
        if let target = try await targetedContainer(config, in: sandbox) {
            config.linux?.securityContext?.namespaceOptions?.targetId = target
        }
        let name = config.image?.image ?? ""
        guard let image = try await core.image(name) else {
            throw OxbowError(.missing, "image: not found (\(name))")
        }
        let spec = PodContainerSpec(
            config, sandboxConfig: request.sandboxConfig ?? PodSandboxConfig(), sandbox: sandbox, image: image,
            gathered: try await gather(config, api: context.api))
        let id = try await core.create(try spec.containerSpec()).id
        // A removal that began meanwhile may have listed the sandbox's containers before this one was there.
        guard !transitions.isBeingRemoved(sandbox.record.id), await core.container(sandbox.record.id) != nil else {
            try await core.remove(id, force: true)
            throw Self.leaving(sandbox)
        }
        return CreateContainerResponse(containerId: id)
    }

    private static func leaving(_ sandbox: Sandbox) -> OxbowError {
        OxbowError(.missing, "pod sandbox: being removed (\(sandbox.record.id))")
    }

    /// The container whose PID namespace is asked for.
    /// - Returns: its whole id; nil when no container's is.
    private func targetedContainer(_ config: ContainerConfig, in sandbox: Sandbox) async throws(OxbowError) -> String? {
        guard let options = config.linux?.securityContext?.namespaceOptions, options.pid == .target else { return nil }
        guard !options.targetId.isEmpty else { throw OxbowError(.badRequest, "namespace_options.target_id: required") }
        let target = try await requireContainer(options.targetId)
        guard target.document.sandbox == sandbox.record.id else {
            throw OxbowError(.badRequest, "namespace_options.target_id: in another sandbox (\(options.targetId))")
        }
        guard target.record.state == .running else {
            throw OxbowError(.wrongState, "namespace_options.target_id: does not run (\(options.targetId))")
        }
        return target.record.id
    }
}
