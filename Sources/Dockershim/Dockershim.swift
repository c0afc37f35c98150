package import CDI
package import CNI
import CRI
import CRIServer
package import CRIStreaming
import DockerAPI
package import Faults
package import Logging
import Synchronization

/// The bridge: CRI calls → Docker Engine REST calls, one file an RPC under `Runtime/` and `Images/`.
///
/// It knows the daemon only through its REST API, so a real `dockerd` serves as well as our engine. Daemon and bridge must
/// see the same files and processes: resolv.conf, logs and network namespaces are reached by path.
package final class Dockershim: CRIRuntime {
    package struct Configuration: Sendable {
        package var era: Era
        package var pauseImage: String
        /// State of our own: checkpoints in `<root>/sandbox`.
        package var root: String
        /// Where CDI devices are described.
        package var devices = DeviceRegistry()
        /// Filled in when a kubelet tells the pod CIDR.
        package var networkTemplate: NetworkTemplate?
        package init(
            root: String = "/var/lib/oxbow/shim", pauseImage: String = "registry.k8s.io/pause:3.10",
            era: Era = .current, networkTemplate: NetworkTemplate? = nil
        ) {
            self.networkTemplate = networkTemplate
            self.root = root
            self.pauseImage = pauseImage
            self.era = era
        }
    }

    let configuration: Configuration
    let docker: DockerClient
    /// nil: Docker's own bridge is the pod network, and Docker publishes host ports.
    let network: SandboxNetwork?
    let checkpoints: CheckpointStore
    let clock: BridgeClock
    let log: Logger
    /// Kills a command by its pid on this host.
    let killCommand: CommandKiller
    /// nil: Exec, Attach and PortForward are not served.
    let streaming: StreamingServer?
    let memory = Mutex(Memory())
    /// By container id, and by `pod/` and a sandbox's id.
    let rates = UsageRates()
    package let tally: RESTTally
    let logs: LogFollowers

    package typealias CommandKiller = @Sendable (_ pid: Int, _ container: String) async throws -> Void

    var era: Era { configuration.era }

    /// A bridge to the daemon behind a socket, as `start` leaves it.
    /// - Parameter network: nil leaves pod networks to Docker's own bridge.
    package convenience init(
        dockerSocket: String, network: (any PodNetwork)?, configuration: Configuration, logger: Logger,
        streaming: StreamingServer? = nil
    ) async throws(OxbowError) {
        self.init(
            configuration, transport: SocketTransport(address: dockerSocket),
            network: network.map { SandboxNetwork(plugins: $0) }, clock: .real, log: logger,
            streaming: streaming)
        try await start()
    }

    package init(
        _ configuration: Configuration, transport: any DockerTransport, network: SandboxNetwork?, clock: BridgeClock,
        log: Logger, killCommand: @escaping CommandKiller = CommandKill.kill, streaming: StreamingServer? = nil
    ) {
        self.streaming = streaming
        let tally = RESTTally()
        self.configuration = configuration
        self.network = network
        self.clock = clock
        self.log = log
        self.killCommand = killCommand
        self.tally = tally
        docker = DockerClient(transport: transport, era: configuration.era, tally: tally, clock: clock)
        checkpoints = CheckpointStore(root: configuration.root)
        logs = LogFollowers(
            docker: docker, root: configuration.root, isEnabled: !configuration.era.linksLogs, clock: clock, log: log)
    }

    /// Agrees on an API level and learns the cgroup driver. A daemon that does not answer yet is no error: the Status call
    /// tells of it, and both are done when it first answers.
    /// - Throws: `.unsupported` for a daemon that is too old.
    package func start() async throws(OxbowError) {
        do throws(DockerFailure) {
            _ = try await docker.level()
            if era.asksDaemonEveryTime { _ = try await docker.version() }
            _ = try await cgroupDriver()
        } catch {
            if case .tooOld = error { throw OxbowError(.unsupported, "docker: \(error)", origin: error) }
            log.warning("docker does not answer", metadata: ["error": "\(error)"])
        }
    }

    /// What the bridge does beside answering calls, until its task is cancelled: it writes containers' logs. The daemon runs
    /// it once, beside the server.
    package func run() async {
        await logs.run()
    }

    /// Runs one call: counts it, names it to the REST calls made in it, and makes its errors one kind.
    func serve<Answer>(
        _ context: CallContext, _ call: () async throws -> Answer
    ) async throws(OxbowError) -> Answer {
        tally.countCall(context.method)
        do {
            return try await CallContext.$current.withValue(context) { try await call() }
        } catch {
            throw BridgeFailure(describing: error).reported
        }
    }
}

extension Dockershim {
    /// - Throws: UNIMPLEMENTED in the era of 1.20, for a call that is younger.
    func requireNewEra(_ call: String) throws(BridgeFailure) {
        guard era.answersOnlyWhat120Knew else { return }
        var failure = BridgeFailure(.unsupported, "\(call): unknown to dockershim 1.20")
        failure.isToldByCode = true
        throw failure
    }

    /// What the bridge remembers of the daemon, so as not to ask again.
    struct Memory {
        var version = Remembered<DaemonVersion>()
        var info = Remembered<DaemonInfo>()
        var cgroupDriver: String?
        var imageNames = ImageNames()
        var diskUsage = Remembered<DiskUsage>()
        /// Names of sandboxes that calls are making. Others see such a sandbox as not there.
        var sandboxesInMaking: Set<String> = []
        var containerUsers = ContainerUsers()
        var startFailures = StartFailures()
    }

    /// How long answers of the daemon about itself are used.
    static let lifetime = Duration.seconds(60)
    static let defaultCgroupDriver = "cgroupfs"

    func rememberedVersion() async throws(DockerFailure) -> DaemonVersion {
        if let version = memory.withLock({ $0.version.fresh(at: clock.elapsed()) }) { return version }
        let version = try await docker.version()
        memory.withLock { $0.version.keep(version, from: clock.elapsed(), for: Self.lifetime) }
        return version
    }

    func rememberedInfo() async throws(DockerFailure) -> DaemonInfo {
        if let info = memory.withLock({ $0.info.fresh(at: clock.elapsed()) }) { return info }
        let info = try await docker.info()
        memory.withLock { $0.info.keep(info, from: clock.elapsed(), for: Self.lifetime) }
        return info
    }

    /// `cgroupfs` or `systemd`: asked once, since a daemon keeps it for its life.
    func cgroupDriver() async throws(DockerFailure) -> String {
        if let driver = memory.withLock({ $0.cgroupDriver }) { return driver }
        let told = try await rememberedInfo().cgroupDriver
        let driver = told.isEmpty ? Self.defaultCgroupDriver : told
        memory.withLock { $0.cgroupDriver = driver }
        return driver
    }
}
