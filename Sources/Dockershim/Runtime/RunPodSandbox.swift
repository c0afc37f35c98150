import Logging
import CNI
package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    /// Seconds that the pause process is given to end.
    static let sandboxGrace: Int64 = 10

    /// Pause image, create, checkpoint, start, resolv.conf, network, in this order.
    package func runPodSandbox(
        _ request: RunPodSandboxRequest, _ context: CallContext
    ) async throws(OxbowError) -> RunPodSandboxResponse {
        try await serve(context) {
            guard let config = request.config, let metadata = config.metadata else {
                throw BridgeFailure(.badRequest, "config.metadata: required")
            }
            try check(config)
            try await ensurePauseImage()
            let handler = try await acceptedHandler(request.runtimeHandler)
            let security = config.linux?.securityContext
            let body = try SandboxBody(
                era: era, pauseImage: configuration.pauseImage, pluggedNetwork: network != nil,
                cgroupDriver: await cgroupDriver(),
                seccomp: era.dropsSandboxProfiles || security?.privileged ?? false
                    ? [] : await securityOptions(SeccompChoice(sandbox: security, api: context.api))
            ).request(config, runtimeHandler: handler)
            let name = ObjectName(sandbox: metadata)
            guard !era.leavesWorkOfCancelledCalls else {
                return RunPodSandboxResponse(podSandboxId: try await make(name, body, config, handler: handler))
            }
            return RunPodSandboxResponse(
                podSandboxId: try await whileMaking(name) { try await make(name, body, config, handler: handler) })
        }
    }

    private func check(_ config: PodSandboxConfig) throws {
        guard !era.leavesChecksToDocker else { return }
        try PodConfigCheck.check(config)
        guard config.linux?.securityContext?.namespaceOptions?.asksForUserNamespace != true else {
            throw BridgeFailure(
                .unsupported,
                "userns_options: POD needs a runtime without Docker in between, whose API maps no ids for one container"
            )
        }
    }

    /// Keeps the name to this call until `body` is done: what a second call finds under it is not to be touched.
    private func whileMaking<Made>(_ name: ObjectName, _ body: () async throws -> Made) async throws -> Made {
        let text = name.text(era: era)
        guard memory.withLock({ $0.sandboxesInMaking.insert(text).inserted }) else {
            throw BridgeFailure(.taken, "pod sandbox: being made by another call (\(text))")
        }
        defer { memory.withLock { _ = $0.sandboxesInMaking.remove(text) } }
        return try await body()
    }

    private func make(
        _ name: ObjectName, _ body: ContainerCreateRequest, _ config: PodSandboxConfig, handler: String
    ) async throws -> String {
        let id: String
        do throws(DockerFailure) {
            id = try await create(name, body)
        } catch {
            throw BridgeFailure("failed to create a sandbox for pod \"\(name.pod)\"", error)
        }
        do {
            try await setUp(id, name: name, config, handler: handler)
            // Nobody would learn of a sandbox that came up too late.
            if !era.leavesWorkOfCancelledCalls { try Task.checkCancellation() }
        } catch {
            if !era.leavesFailedSandboxes { await shielded { [self] in await discard(id) } }
            throw error
        }
        return id
    }

    /// To its end, even when the call is given up: a container whose id nobody was told could not be removed.
    private func create(_ name: ObjectName, _ body: ContainerCreateRequest) async throws(DockerFailure) -> String {
        guard !era.leavesWorkOfCancelledCalls else { return try await docker.createWithRecovery(name, body) }
        return try await shielded { [docker] () async -> Result<String, DockerFailure> in
            do throws(DockerFailure) {
                return .success(try await docker.createWithRecovery(name, body))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Everything after the create. Marks the network ready at the end.
    private func setUp(_ id: String, name: ObjectName, _ config: PodSandboxConfig, handler: String) async throws {
        network?.mark(id, ready: false)
        let shown =
            era.answersOnlyWhat120Knew
            ? nil : try CRIJSON.text(of: config.encoded(), type: PodSandboxConfig.name)
        let checkpoint = try SandboxCheckpoint(config, runtimeHandler: handler, configuration: shown)
        try await checkpoints.write(checkpoint, for: id)
        do throws(DockerFailure) {
            try await docker.start(id)
        } catch {
            throw BridgeFailure("failed to start sandbox container for pod \"\(name.pod)\"", error)
        }
        var inspect: ContainerInspect?
        if let dns = config.dnsConfig {
            do {
                let told = try await docker.inspect(id)
                try await ResolvConf.rewrite(told.resolvConfPath, dns)
                if !era.inspectsSandboxForEachStep { inspect = told }
            } catch {
                if era.marksNetworkReadyAfterFailure { network?.mark(id, ready: true) }
                throw BridgeFailure("rewrite resolv.conf failed for pod \"\(name.pod)\"", error)
            }
        }
        if let network, !checkpoint.usesHostNetwork {
            try await attach(id, name: name, checkpoint, config, to: network, inspect)
        }
        network?.mark(id, ready: true)
    }

    private func attach(
        _ id: String, name: ObjectName, _ checkpoint: SandboxCheckpoint, _ config: PodSandboxConfig,
        to network: SandboxNetwork, _ known: ContainerInspect?
    ) async throws {
        do {
            let pod = try NetworkRequest(
                id: id, name: name, ports: checkpoint.data.portMappings ?? [], annotations: config.annotations)
            let pid = if let known { known.state.pid } else { try await docker.inspect(id).state.pid }
            try await network.attach(pod, pid: pid)
        } catch {
            let what = "failed to set up sandbox container \"\(id)\" network for pod \"\(name.pod)\""
            guard era.leavesFailedSandboxes else { throw BridgeFailure(what, error) }
            throw await undoNetwork(id, name: name, checkpoint, network, first: BridgeFailure(what, error))
        }
    }

    /// The old bridge's answer to a network that failed: DEL, and stop the pause container, which stays.
    /// - Returns: all failures as one.
    private func undoNetwork(
        _ id: String, name: ObjectName, _ checkpoint: SandboxCheckpoint, _ network: SandboxNetwork,
        first: BridgeFailure
    ) async -> BridgeFailure {
        var failures: [any Error] = [first]
        do {
            try await detach(id, name: name, ports: checkpoint.data.portMappings ?? [], known: nil)
        } catch {
            failures.append(BridgeFailure("failed to clean up sandbox container \"\(id)\" network", error))
        }
        do throws(DockerFailure) {
            try await docker.stop(id, grace: Self.sandboxGrace)
            if era.marksNetworkReadyAfterFailure { network.mark(id, ready: true) }
        } catch {
            failures.append(BridgeFailure("failed to stop sandbox container \"\(id)\"", error))
        }
        return BridgeFailure(all: failures) ?? first
    }

    /// Undoes a sandbox that did not come up; what fails here is left to a later RemovePodSandbox, which finds it.
    private func discard(_ id: String) async {
        do {
            try await removeSandbox(id)
        } catch {
            log.warning("a failed sandbox is left", metadata: ["sandbox": "\(id)", "error": "\(error)"])
        }
    }

    private func ensurePauseImage() async throws {
        let image = configuration.pauseImage
        do throws(DockerFailure) {
            _ = try await findImage(image)
        } catch {
            guard error.saysNoSuchImage else { throw error }
            guard let name = ImageName(image) else {
                throw BridgeFailure(.badRequest, "pause image: invalid reference format (\(image))")
            }
            do {
                try await docker.pull(name, credentials: DockerAPI.AuthConfig())
            } catch {
                throw BridgeFailure("unable to pull sandbox image \"\(image)\"", error)
            }
        }
    }

    /// - Returns: Docker's runtime for the handler, "" for the daemon's default.
    private func acceptedHandler(_ handler: String) async throws -> String {
        if handler.isEmpty || handler == Self.runtimeName { return "" }
        guard !era.refusesRuntimeHandlers else {
            throw BridgeFailure(.missing, "RuntimeHandler \"\(handler)\" not supported")
        }
        guard try await rememberedInfo().runtimes?[handler] != nil else {
            throw BridgeFailure(.badRequest, "runtime handler: Docker has no such runtime (\(handler))")
        }
        return handler
    }
}
