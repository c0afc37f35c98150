import CNI
package import Faults
import Linux
import Logging
import OCI
import Synchronization

/// The container core in this process.
///
/// `open` recovers what an earlier daemon left; `run` has to run for as long as the core is used: it is where exits are
/// waited for. The driver's parts are in extensions: `+Create`, `+Start`, `+Stop`, `+Remove`, `+Running`, `+Images`, and
/// Recovery.
package final class LocalCore: ContainerCore {
    let configuration: CoreConfiguration
    let folders: CoreFolders
    let log: Logger
    let images: ImageStore
    let table: ContainerTable
    let store: RecordStore
    let snapshots: OverlaySnapshots
    let queues = SerialQueues()
    let watchers: Watchers
    let launcher: any Launcher
    let holder: any NamespaceHolder
    let network: any PodNetwork
    let cgroups: CgroupTree
    let rights: DaemonRights
    let discovery: RuntimeDiscovery
    let ancestors = CgroupAncestors()
    let uses = ImageUses()
    let containerUsage = Mutex(ContainerUsage())
    let broadcast = EventBroadcast()
    let layerUsage = LayerUsageTable()
    /// Where creates, starts, stops and removals spent their time.
    package let breakdown = StartBreakdown()
    let clamps: ClampNotices
    let kernel = KernelVersion.running
    let versions = Mutex<(runtimes: [String: String], monitor: String)?>(nil)

    init(
        _ configuration: CoreConfiguration, folders: CoreFolders, images: ImageStore, table: ContainerTable,
        watchers: Watchers, launcher: any Launcher, holder: any NamespaceHolder, cgroups: CgroupTree,
        rights: DaemonRights, discovery: RuntimeDiscovery
    ) {
        self.configuration = configuration
        self.folders = folders
        log = configuration.logger
        self.images = images
        self.table = table
        store = RecordStore(folders: folders)
        snapshots = OverlaySnapshots(folders: folders)
        self.watchers = watchers
        self.launcher = launcher
        self.holder = holder
        network = configuration.network
        self.cgroups = cgroups
        self.rights = rights
        self.discovery = discovery
        clamps = ClampNotices(log: configuration.logger)
    }

    /// Opens the core in the configuration's folders, which are made, and recovers what is there.
    /// - Throws: `.unsupported` naming the program that is missing.
    package static func open(_ configuration: CoreConfiguration) async throws(OxbowError) -> LocalCore {
        let folders = CoreFolders(root: configuration.root, run: configuration.runFolder)
        let boot: String
        let cgroups: CgroupTree
        let rights: DaemonRights
        let discovery: RuntimeDiscovery
        do {
            (boot, cgroups, rights, discovery) = try await blocking {
                for folder in [
                    folders.containers, folders.bundles, folders.namespaces, folders.exits, folders.consoles,
                    folders.runtimes,
                ] { try Files.makeFolders(folder, mode: 0o700) }
                let boot = String(
                    decoding: try Files.read("/proc/sys/kernel/random/boot_id", limit: 64), as: UTF8.self
                ).filter { !$0.isWhitespace }
                return (
                    boot, try CgroupTree.detect(), try DaemonRights.read(), try RuntimeDiscovery.look(configuration)
                )
            }
        } catch let error as OxbowError {
            throw error
        } catch {
            throw OxbowError(.ours, "core: cannot be opened", origin: error)
        }
        let watchers = Watchers()
        let launcher = MonitoredRuntime(
            folders: folders, conmon: discovery.conmon, runtimes: discovery.runtimes, group: configuration.group,
            watchers: watchers, log: configuration.logger)
        let images = try await ImageStore.open(
            root: configuration.root, trusts: configuration.registries, logger: configuration.logger)
        let core = LocalCore(
            configuration, folders: folders, images: images, table: ContainerTable(boot: boot), watchers: watchers,
            launcher: launcher, holder: ProcessHolder(folders: folders), cgroups: cgroups, rights: rights,
            discovery: discovery)
        try await core.recover(boot: boot)
        return core
    }

    /// Waits for exits until the task is cancelled. Containers go on.
    package func run() async throws {
        await watchers.run()
        broadcast.finish()
    }

    package func container(_ id: String) async -> ContainerRecord? { table.row(id)?.record }
    package func containers() async -> [ContainerRecord] { table.records }
    package func briefs() async -> [ContainerBrief] { table.briefs }
    package func events() -> CoreEvents { broadcast.listen() }
    package func networkProblem() async -> String? { await network.problem() }

    func announce(_ action: CoreEvent.Action, _ record: ContainerRecord) {
        broadcast.send(CoreEvent(action: action, record: record, time: Timestamp.now().nanoseconds))
    }

    /// Host calls of one operation, with their failure as an error of ours.
    func host<T: Sendable>(
        _ what: String, _ body: @escaping @Sendable () throws -> T
    ) async throws(OxbowError) -> T {
        do { return try await blocking(body) } catch let error as OxbowError { throw error } catch {
            throw OxbowError(.ours, "\(what): \(error)", origin: error)
        }
    }
}

/// Says once for each daemon, not once for each container, what this host does not let it hand on.
struct ClampNotices: ~Copyable, Sendable {
    private let log: Logger
    private let said = Mutex<Set<String>>([])
    init(log: Logger) { self.log = log }

    func note(_ bundle: Bundle, lowestOOMScore: Int) {
        if !bundle.clampedCapabilities.isEmpty, first("capabilities") {
            log.warning(
                """
                capabilities that this daemon does not hold are left out of containers: \
                \(bundle.clampedCapabilities.joined(separator: " "))
                """)
        }
        if let score = bundle.clampedOOMScore, first("oom_score_adj") {
            log.warning("oom_score_adj \(score) is raised to \(lowestOOMScore), the lowest this daemon may give")
        }
    }

    private func first(_ what: String) -> Bool { said.withLock { $0.insert(what).inserted } }
}
