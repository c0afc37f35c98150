import CRI
import GRPC
import Linux
import Testing

extension Pod {
    /// Creates `container`, expecting a refusal.
    /// - Returns: the refusal; nil when it was made, and started where that is needed to be refused.
    func refusal(of container: ContainerConfig) async throws -> GRPCStatus? {
        let log = "\(config.logDirectory)/\(container.logPath)"
        try await blocking { try Files.makeFolders(Files.parent(of: log)) }
        return await kubelet.failure { () async throws(GRPCStatus) in
            _ = try await client.createContainer(
                CreateContainerRequest(podSandboxId: id, config: container, sandboxConfig: config))
        }
    }

    func refusal(
        _ name: String = "refused", configure: (inout ContainerConfig) throws -> Void
    ) async throws -> GRPCStatus? {
        var container = configuration("sleep 1000", name: name)
        try configure(&container)
        return try await refusal(of: container)
    }

    /// What a container says that runs to its end, without the last line end.
    func words(
        _ script: String, name: String = "main", configure: (inout ContainerConfig) throws -> Void = { _ in }
    ) async throws -> String {
        var text = try await run(script, name: name, configure: configure).output
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}

extension ContainerConfig {
    /// The security context, made when it is not there.
    var security: LinuxContainerSecurityContext {
        get { linux?.securityContext ?? LinuxContainerSecurityContext() }
        set {
            var own = linux ?? LinuxContainerConfig()
            own.securityContext = newValue
            linux = own
        }
    }

    /// The limits, made when they are not there.
    var limits: LinuxContainerResources {
        get { linux?.resources ?? LinuxContainerResources() }
        set {
            var own = linux ?? LinuxContainerConfig()
            own.resources = newValue
            linux = own
        }
    }
}

extension Kubelet {
    /// A folder of the host that is nobody else's, taken away with the stage.
    func hostFolder(_ stem: String = "host") async throws -> String {
        let path = "\(folder)/\(Self.uniqueName(stem))"
        try await blocking { try Files.makeFolders(path) }
        return path
    }
}
