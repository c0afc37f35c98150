package import CRI
package import CRIServer
import DockerAPI
package import Faults
import Linux

extension Dockershim {
    /// Bytes of a seccomp profile file.
    static let seccompLimit = 4 << 20

    /// Docker does not look, in all versions, at the create whether the sandbox exists; the start does.
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
            let security = config.linux?.securityContext
            let seccomp = SeccompChoice(security, api: context.api, era: era)
            guard !era.createsInAnySandbox else {
                let body = try await ContainerBody(
                    era: era, cgroupDriver: cgroupDriver(), runtimeHandler: "", seccomp: securityOptions(seccomp)
                ).request(config, sandbox: sandbox, sandboxID: request.podSandboxId)
                let id = try await docker.createWithRecovery(ObjectName(container: metadata, in: podMetadata), body)
                return CreateContainerResponse(containerId: id)
            }
            let holder = try await readySandbox(request.podSandboxId)
            try await checkTarget(config, in: holder.id)
            guard security?.privileged != true || holder.hostConfig.privileged else {
                throw BridgeFailure(.badRequest, "config: a privileged container needs a privileged sandbox")
            }
            try await blocking { try HostChecks.check(config) }
            try await requireVolumeImages(config)
            let names = DeviceEdits.names(config)
            let registry = configuration.devices
            let body = try await ContainerBody(
                era: era, cgroupDriver: cgroupDriver(), runtimeHandler: holder.hostConfig.runtime,
                seccomp: securityOptions(seccomp), devices: blocking { try registry.edits(for: names) }
            ).request(config, sandbox: sandbox, sandboxID: holder.id)
            try await requireAppArmor(body.hostConfig?.securityOpt ?? [])
            try await makeMissingSources(body.hostConfig?.mounts ?? [])
            let name = ObjectName(container: metadata, in: podMetadata)
            let id = try await createConfirmed(name, body, config)
            logs.announce(id, path: body.config.labels?[DockerLabels.logPath] ?? "", isTerminal: body.config.tty)
            memory.withLock { $0.startFailures.note(id, failed: false) }
            return CreateContainerResponse(containerId: id)
        }
    }

    /// - Throws: `.missing` for an image volume whose image Docker has not.
    private func requireVolumeImages(_ config: CRI.ContainerConfig) async throws {
        for name in config.mounts.compactMap({ $0.image?.image }) {
            do throws(DockerFailure) {
                _ = try await docker.inspectImage(name)
            } catch {
                guard error.saysNoSuchImage else { throw error }
                throw BridgeFailure(.missing, "config.mounts.image: not found (\(name))", origin: error)
            }
        }
    }

    /// On a host without AppArmor Docker passes over a profile that is asked for.
    private func requireAppArmor(_ options: [String]) async throws {
        guard let profile = SecurityOptions.localAppArmor(options) else { return }
        guard try await rememberedInfo().securityOptions?.contains(where: { $0.hasPrefix("name=apparmor") }) == true
        else { throw BridgeFailure(.unsupported, "apparmor: this host has no AppArmor (\(profile))") }
    }

    /// Docker makes a missing source for bind strings only.
    private func makeMissingSources(_ mounts: [MountRequest]) async throws {
        let sources = mounts.filter { $0.type == "bind" && $0.source.hasPrefix("/") }.map(\.source)
        guard !sources.isEmpty else { return }
        try await blocking { for source in sources where !Files.exists(source) { try Files.makeFolders(source) } }
    }

    /// Docker would join the PID namespace of any container.
    private func checkTarget(_ config: CRI.ContainerConfig, in sandbox: String) async throws {
        guard !era.leavesChecksToDocker, let options = config.linux?.securityContext?.namespaceOptions,
            options.pid == .target
        else { return }
        guard !options.targetId.isEmpty else {
            throw BridgeFailure(.badRequest, "namespace_options.target_id: required")
        }
        let target = try await docker.inspect(options.targetId)
        guard target.config.labels?[DockerLabels.sandboxID] == sandbox else {
            throw BridgeFailure(.badRequest, "namespace_options.target_id: in another sandbox (\(options.targetId))")
        }
        guard target.state.running else {
            throw BridgeFailure(.wrongState, "namespace_options.target_id: does not run (\(options.targetId))")
        }
    }

    /// Docker reads a profile at the start.
    private static func checkProfile(_ bytes: [UInt8], _ path: String) throws {
        guard let document = try? JSONValue(parsing: bytes), document["defaultAction"]?.string != nil else {
            throw BridgeFailure(.badRequest, "seccomp profile: not a profile document (\(path))")
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
                let failure = BridgeFailure("cannot load seccomp profile \"\(path)\"", error)
                guard !era.answersUnknownForEverything else { throw failure }
                throw BridgeFailure(.badRequest, failure.message, origin: error)
            }
            if !era.answersUnknownForEverything { try Self.checkProfile(bytes, path) }
            return ["seccomp=\(CompactJSON.text(bytes))"]
        case .unknown(let text): throw BridgeFailure(.badRequest, "unknown seccomp profile option: \(text)")
        }
    }
}
