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
            let seccomp = SeccompChoice(config.linux?.securityContext, api: context.api)
            let body = try await ContainerBody(
                era: era, cgroupDriver: cgroupDriver(), runtimeHandler: runtimeHandler(of: request.podSandboxId),
                seccomp: securityOptions(seccomp)
            ).request(config, sandbox: sandbox, sandboxID: request.podSandboxId)
            let id = try await docker.createWithRecovery(ObjectName(container: metadata, in: podMetadata), body)
            if !era.linksLogs {
                logs.announce(
                    id, path: body.config.labels?[DockerLabels.logPath] ?? "", isTerminal: body.config.tty)
                memory.withLock { $0.startFailures.note(id, failed: false) }
            }
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

    private func securityOptions(_ choice: SeccompChoice) async throws -> [String] {
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
