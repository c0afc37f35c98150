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
            try await ensurePauseImage()
            let handler = try await acceptedHandler(request.runtimeHandler)
            let body = try SandboxBody(
                era: era, pauseImage: configuration.pauseImage, pluggedNetwork: network != nil,
                cgroupDriver: await cgroupDriver()
            ).request(config, runtimeHandler: handler)
            let id: String
            do throws(DockerFailure) {
                id = try await docker.createWithRecovery(ObjectName(sandbox: metadata), body)
            } catch {
                throw BridgeFailure("failed to create a sandbox for pod \"\(metadata.name)\"", error)
            }
            do {
                try await setUp(id, name: ObjectName(sandbox: metadata), config, handler: handler)
            } catch {
                if !era.leavesFailedSandboxes { await discard(id) }
                throw error
            }
            return RunPodSandboxResponse(podSandboxId: id)
        }
    }

    /// Everything after the create. Marks the network ready at the end.
    private func setUp(_ id: String, name: ObjectName, _ config: PodSandboxConfig, handler: String) async throws {
        network?.mark(id, ready: false)
        let checkpoint = try SandboxCheckpoint(config, runtimeHandler: handler)
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
            throw BridgeFailure(.missing, "no runtime for \"\(handler)\" is configured")
        }
        return handler
    }
}
