import CRI
import GRPC
import Linux
import TestSupport
import Testing

/// A pod sandbox that runs, with shorthand for what tests do in one.
struct Pod: Sendable {
    let kubelet: Kubelet
    let id: String
    let config: PodSandboxConfig

    var client: CRIClient { kubelet.client }

    /// A container's configuration: a shell script over the built-in image, with a log.
    func configuration(_ script: String, name: String = "main") -> ContainerConfig {
        ContainerConfig(
            metadata: ContainerMetadata(name: name), image: ImageSpec(image: Kubelet.image),
            command: ["/bin/sh", "-c", script], labels: config.labels, logPath: "\(name)/0.log",
            linux: LinuxContainerConfig(
                securityContext: LinuxContainerSecurityContext(namespaceOptions: NamespaceOption(pid: .container))))
    }

    /// - Returns: the container's id.
    func create(_ container: ContainerConfig) async throws -> String {
        let log = "\(config.logDirectory)/\(container.logPath)"
        try await blocking { try Files.makeFolders(Files.parent(of: log)) }
        return try await client.createContainer(
            CreateContainerRequest(podSandboxId: id, config: container, sandboxConfig: config)
        ).containerId
    }

    func start(_ container: ContainerConfig) async throws -> String {
        let id = try await create(container)
        _ = try await client.startContainer(StartContainerRequest(containerId: id))
        return id
    }

    /// Created and started: runs `script`.
    func start(
        _ script: String, name: String = "main", configure: (inout ContainerConfig) throws -> Void = { _ in }
    ) async throws -> String {
        var container = configuration(script, name: name)
        try configure(&container)
        return try await start(container)
    }

    /// Runs `script` to its end.
    /// - Returns: the last status, and what it wrote.
    func run(
        _ script: String, name: String = "main", configure: (inout ContainerConfig) throws -> Void = { _ in }
    ) async throws -> (status: ContainerStatus, output: String) {
        var container = configuration(script, name: name)
        try configure(&container)
        let id = try await start(container)
        let status = try await exited(id)
        return (status, try await output(container))
    }

    func status(_ container: String) async throws -> ContainerStatus {
        try #require(try await client.containerStatus(ContainerStatusRequest(containerId: container)).status)
    }

    /// The status once the container has exited.
    func exited(_ container: String, within deadline: Duration = .seconds(30)) async throws -> ContainerStatus {
        try await kubelet.eventually(within: deadline) {
            try await status(container)
        } until: {
            $0.state == .containerExited
        }
    }

    /// - Throws: as ExecSync fails; an exit code is no failure.
    func exec(_ container: String, _ script: String, timeout: Int64 = 20) async throws(GRPCStatus) -> ExecSyncResponse {
        try await client.execSync(
            ExecSyncRequest(containerId: container, cmd: ["/bin/sh", "-c", script], timeout: timeout))
    }

    /// What a command wrote to its standard output, without the last line end.
    func said(_ container: String, _ script: String) async throws -> String {
        let answer = try await exec(container, script)
        var text = String(decoding: answer.stdout, as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// The raw bytes of a container's log file, whatever its format.
    func log(_ container: ContainerConfig) async throws -> String {
        let path = "\(config.logDirectory)/\(container.logPath)"
        return try await blocking { String(decoding: try Files.read(path), as: UTF8.self) }
    }

    /// The text in a container's log, both streams together, from either log format.
    func output(_ container: ContainerConfig) async throws -> String {
        let text = try await log(container)
        return try text.split(separator: "\n").map { (line: Substring) -> String in
            if line.hasPrefix("{") {
                return try JSONValue(parsing: Array(line.utf8))["log"]?.string ?? ""
            }
            let fields = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            return String(fields.count > 3 ? fields[3] : "") + (fields.count > 2 && fields[2] == "F" ? "\n" : "")
        }.joined()
    }
}
