package import CRI
package import CRIServer
import DockerAPI
package import Faults
import Linux

extension Dockershim {
    /// Bytes of a seccomp profile file.
    static let seccompLimit = 4 << 20

    /// Docker checks neither here nor, in all versions, at the create whether the sandbox exists; the start does.
    package func createContainer(
        _ request: CreateContainerRequest, _ context: CallContext
    ) async throws(OxbowError) -> CreateContainerResponse {
        try await serve(context) {
            guard let config = request.config, let metadata = config.metadata else {
                throw BridgeFailure(.badRequest, "config.metadata: required")
            }
            guard let sandbox = request.sandboxConfig, let podMetadata = sandbox.metadata else {
                throw BridgeFailure(.badRequest, "sandbox_config.metadata: required")
            }
            if era.asksDaemonEveryTime { _ = try await rememberedVersion() }
            try await checkTarget(config, in: request.podSandboxId)
            let seccomp = SeccompChoice(config.linux?.securityContext, api: context.api)
            let body = try await ContainerBody(
                era: era, cgroupDriver: cgroupDriver(), runtimeHandler: runtimeHandler(of: request.podSandboxId),
                seccomp: securityOptions(seccomp)
            ).request(config, sandbox: sandbox, sandboxID: request.podSandboxId)
            let id = try await docker.createWithRecovery(ObjectName(container: metadata, in: podMetadata), body)
            return CreateContainerResponse(containerId: id)
        }
    }

    /// From the checkpoint, so that it survives a restart of the bridge without a call to Docker.
    private func runtimeHandler(of sandbox: String) async throws -> String {
        guard !era.refusesRuntimeHandlers, case .checkpoint(let checkpoint) = try await checkpoints.read(sandbox) else {
            return ""
        }
        return checkpoint.data.runtimeHandler ?? ""
    }

    /// Docker would join the PID namespace of any container.
    private func checkTarget(_ config: CRI.ContainerConfig, in sandbox: String) async throws {
        guard !era.leavesChecksToDocker, let options = config.linux?.securityContext?.namespaceOptions,
            options.pid == .target
        else { return }
        guard !options.targetId.isEmpty else { throw BridgeFailure(.badRequest, "namespace_options.target_id: required") }
        let target = try await docker.inspect(options.targetId)
        guard target.config.labels?[DockerLabels.sandboxID] == sandbox else {
            throw BridgeFailure(.badRequest, "namespace_options.target_id: in another sandbox (\(options.targetId))")
        }
        guard target.state.running else {
            throw BridgeFailure(.wrongState, "namespace_options.target_id: does not run (\(options.targetId))")
        }
    }

    func securityOptions(_ choice: SeccompChoice) async throws -> [String] {
        switch choice {
        case .unconfined: return ["seccomp=unconfined"]
        case .runtimeDefault: return []
        case .file(let path):
            guard path.hasPrefix("/") else {
                throw BridgeFailure(
                    .badRequest, "seccomp profile path must be absolute, but got relative path \"\(path)\"")
            }
            let bytes: [UInt8]
            do {
                bytes = try await blocking { try Files.read(path, limit: Self.seccompLimit) }
            } catch {
                throw BridgeFailure("cannot load seccomp profile \"\(path)\"", error)
            }
            return ["seccomp=\(CompactJSON.text(bytes))"]
        case .unknown(let text): throw BridgeFailure(.badRequest, "unknown seccomp profile option: \(text)")
        }
    }
}
