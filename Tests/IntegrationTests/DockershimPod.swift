import CNI
import CRI
import CRIServer
import Dockershim
import Linux
import Logging

/// The bridge in front of a real dockerd, with a real pod network, and the calls that tests make of it.
struct DockershimPod {
    let shim: Dockershim
    let dockerd: Dockerd
    let era: Era

    static let namespace = "ns"
    private static let bridgeName = "oxbowshim0"

    init(_ era: Era, _ dockerd: Dockerd) async throws {
        self.era = era
        self.dockerd = dockerd
        let text = PluginNetwork.ownBridge(name: "shim-test", bridge: Self.bridgeName, subnet: "10.88.21.0/24")
            .replacing(
                #""type": "host-local","#, with: #""type": "host-local", "dataDir": "\#(dockerd.folder)/leases","#)
        let network = PluginNetwork(
            .init(
                configurationFolder: dockerd.folder + "/net.d", cacheFolder: dockerd.folder + "/cni", fallback: text))
        shim = try await Dockershim(
            dockerSocket: dockerd.socket, network: network,
            configuration: .init(root: dockerd.folder + "/shim", pauseImage: "localhost/pause:1", era: era),
            logger: Logger(label: "shim", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Runs `body` while the bridge does its own work, which is to write logs.
    func serving(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await shim.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Takes the test network's bridge away.
    static func removeBridge() async throws {
        _ = try await Processes.shared.run(Command("ip", ["link", "delete", bridgeName]))
    }

    func context(_ method: String) -> CallContext { CallContext(api: .v1, method: method) }

    var leases: [String] {
        ((try? Files.entries(of: dockerd.folder + "/leases/shim-test")) ?? []).filter { $0.hasPrefix("10.") }
    }
    var checkpoints: [String] { (try? Files.entries(of: dockerd.folder + "/shim/sandbox")) ?? [] }
    var logFolder: String { dockerd.folder + "/pods" }

    func config(_ name: String) -> PodSandboxConfig {
        PodSandboxConfig(
            metadata: PodSandboxMetadata(name: name, uid: "uid-\(name)", namespace: Self.namespace), hostname: name,
            logDirectory: logFolder,
            dnsConfig: DNSConfig(servers: ["10.96.0.10"], searches: ["svc.local"], options: ["ndots:5"]),
            labels: ["app": name], annotations: ["note": "of the pod"],
            linux: LinuxPodSandboxConfig(
                cgroupParent: dockerd.cgroup,
                securityContext: LinuxSandboxSecurityContext(namespaceOptions: NamespaceOption(pid: .container))))
    }

    func run(_ name: String) async throws -> String {
        try await shim.runPodSandbox(RunPodSandboxRequest(config: config(name)), context("RunPodSandbox")).podSandboxId
    }

    func create(
        _ name: String, in sandbox: String, of pod: String, script: String, mounts: [Mount] = []
    ) async throws -> String {
        try Files.makeFolders("\(logFolder)/\(name)")
        let container = ContainerConfig(
            metadata: ContainerMetadata(name: name, attempt: 1), image: ImageSpec(image: "localhost/busybox:trace"),
            command: ["/bin/sh", "-c", script], envs: [KeyValue(key: "GREETING", value: Array("hello".utf8))],
            mounts: mounts, labels: ["part": name], annotations: ["note": "of the container"], logPath: "\(name)/0.log",
            linux: LinuxContainerConfig(
                resources: LinuxContainerResources(memoryLimitInBytes: 64 << 20, cpusetCpus: "0"),
                securityContext: LinuxContainerSecurityContext(namespaceOptions: NamespaceOption(pid: .container))))
        return try await shim.createContainer(
            CreateContainerRequest(podSandboxId: sandbox, config: container, sandboxConfig: config(pod)),
            context("CreateContainer")
        ).containerId
    }

    func start(_ id: String) async throws {
        _ = try await shim.startContainer(StartContainerRequest(containerId: id), context("StartContainer"))
    }

    func status(_ id: String) async throws -> ContainerStatus? {
        try await shim.containerStatus(ContainerStatusRequest(containerId: id), context("ContainerStatus")).status
    }

    func exec(_ id: String, _ script: String, timeout: Int64 = 10) async throws -> ExecSyncResponse {
        try await shim.execSync(
            ExecSyncRequest(containerId: id, cmd: ["/bin/sh", "-c", script], timeout: timeout), context("ExecSync"))
    }

    func stopContainer(_ id: String, timeout: Int64 = 1) async throws {
        _ = try await shim.stopContainer(
            StopContainerRequest(containerId: id, timeout: timeout), context("StopContainer"))
    }

    func removeContainer(_ id: String) async throws {
        _ = try await shim.removeContainer(RemoveContainerRequest(containerId: id), context("RemoveContainer"))
    }

    func stop(_ sandbox: String) async throws {
        _ = try await shim.stopPodSandbox(StopPodSandboxRequest(podSandboxId: sandbox), context("StopPodSandbox"))
    }

    func remove(_ sandbox: String) async throws {
        _ = try await shim.removePodSandbox(RemovePodSandboxRequest(podSandboxId: sandbox), context("RemovePodSandbox"))
    }

    func sandboxStatus(_ id: String) async throws -> PodSandboxStatus? {
        try await shim.podSandboxStatus(PodSandboxStatusRequest(podSandboxId: id), context("PodSandboxStatus")).status
    }
}
