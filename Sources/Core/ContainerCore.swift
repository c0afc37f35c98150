public import CNI
public import Faults
public import NIOCore
public import OCI

/// The container core: images, container life, exec and figures. One protocol for the core in process and, later, for
/// the core behind a socket, so that every stage of the history drives the same bed.
///
/// Every call is safe to repeat after a crash of the caller. Ids are 64 hexadecimal digits; where an `id` parameter is
/// taken, only the whole id is accepted: prefixes and names are the front ends' affair (`find`).
package protocol ContainerCore: Sendable {
    // Images.
    func images() async throws(OxbowError) -> [ImageRecord]
    /// By image id (`sha256:…` or bare hex), reference or unique hex prefix of an id; nil when absent.
    func image(_ name: String) async throws(OxbowError) -> ImageRecord?
    /// Reads a docker-archive or OCI layout tar (any compression) from a file on this host.
    func importImages(fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void)
        async throws(OxbowError) -> [ImportedImage]
    /// Pulls from a registry; concurrent pulls of one reference are done once.
    func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord
    func tag(_ image: Digest, as reference: Reference) async throws(OxbowError)
    /// Takes one name away; the image itself goes with its last name when `keepingUntagged` is false.
    func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError)
    /// Removes the image with all its names; missing is fine. - Throws: `.wrongState` while a container uses it.
    func removeImage(_ image: Digest) async throws(OxbowError)
    func imageFilesystem() async throws(OxbowError) -> FilesystemFigures

    // Containers.
    /// Reserves the name, writes the record and prepares the root file system. State: `.created`.
    /// - Throws: `.taken` with the holder's id in the message when the name is in use; `.missing` for an unknown image.
    func create(_ spec: ContainerSpec) async throws(OxbowError) -> ContainerRecord
    /// Runs the container. A failed start leaves state `.created` with `startError` set, and throws.
    /// - Parameter beforeStart: runs once the process exists but has not begun, so that an attached client misses nothing.
    func start(_ id: String, beforeStart: @escaping @Sendable () async -> Void) async throws(OxbowError)
    /// Sends a signal to the container's first process. - Throws: `.wrongState` when it does not run.
    func signal(_ id: String, _ signal: Int32) async throws(OxbowError)
    /// Stop signal, up to `grace`, then SIGKILL; returns when the process is gone and the exit is recorded. Idempotent.
    /// For a `.pod` network this also detaches the network.
    func stop(_ id: String, grace: Duration) async throws(OxbowError)
    /// Takes a container away with everything it had. - Throws: `.wrongState` while it runs, unless `force`. Missing is fine.
    func remove(_ id: String, force: Bool) async throws(OxbowError)
    func container(_ id: String) async -> ContainerRecord?
    func containers() async -> [ContainerRecord]
    /// The record once the container has exited (returns at once when it already has). - Throws: `.missing`.
    func exit(of id: String) async throws(OxbowError) -> ContainerRecord
    func updateResources(_ id: String, _ resources: ResourceLimits) async throws(OxbowError)
    func reopenLog(_ id: String) async throws(OxbowError)
    /// Replaces the front end's own document.
    func updateExtension(_ id: String, _ document: String) async throws(OxbowError)
    func rename(_ id: String, to name: String) async throws(OxbowError)

    // Streams.
    /// Connects to a created (with `beforeStart`) or running container's output and input.
    func attach(_ id: String, input: Bool) async throws(OxbowError) -> ProcessStreams
    /// Starts a program in a running container.
    func exec(_ id: String, _ spec: ExecSpec) async throws(OxbowError) -> ExecProcess

    // Figures.
    func statistics(_ id: String) async throws(OxbowError) -> ContainerStatistics
    func networkProblem() async -> String?
    func facts() async -> CoreFacts
    /// What has changed: every state change of a container, in order, from the moment of the call.
    func events() -> AsyncStream<CoreEvent>
}

package struct ImageRecord: Sendable, Codable, Equatable {
    /// Digest of the configuration document: Docker's and the CRI's image id.
    package var id: Digest
    package var tags: [Reference]
    /// References with digest, as they came from a registry.
    package var digests: [Reference]
    package var config: ImageConfig
    /// Bytes on disk of all layers, unpacked.
    package var size: UInt64
    package var createdAt: Int64
    package var lastTagged: Int64
    package var pinned: Bool
    package init(
        id: Digest,
        tags: [Reference] = [],
        digests: [Reference] = [],
        config: ImageConfig,
        size: UInt64 = 0,
        createdAt: Int64 = 0,
        lastTagged: Int64 = 0,
        pinned: Bool = false
    ) {
        self.id = id
        self.tags = tags
        self.digests = digests
        self.config = config
        self.size = size
        self.createdAt = createdAt
        self.lastTagged = lastTagged
        self.pinned = pinned
    }
}

package struct ImportProgress: Sendable {
    package var layer: Digest
    package var current: UInt64
    package var total: UInt64
    package init(
        layer: Digest,
        current: UInt64 = 0,
        total: UInt64 = 0
    ) {
        self.layer = layer
        self.current = current
        self.total = total
    }
}
package struct ImportedImage: Sendable {
    package var image: ImageRecord
    package var names: [Reference]
    package init(
        image: ImageRecord,
        names: [Reference] = []
    ) {
        self.image = image
        self.names = names
    }
}
package enum PullProgress: Sendable {
    case layer(Digest, Phase, current: UInt64, total: UInt64)
    package enum Phase: String, Sendable {
        case waiting, downloading, verifying, downloaded, extracting, complete, exists
    }
}

package struct FilesystemFigures: Sendable {
    package var mountpoint: String
    package var usedBytes: UInt64
    package var usedInodes: UInt64
    package init(
        mountpoint: String = "",
        usedBytes: UInt64 = 0,
        usedInodes: UInt64 = 0
    ) {
        self.mountpoint = mountpoint
        self.usedBytes = usedBytes
        self.usedInodes = usedInodes
    }
}

package struct ContainerSpec: Sendable, Codable {
    package var name: String
    package var labels: [String: String]
    package var image: Digest
    /// The name the client used.
    package var imageName: String
    package var process: ProcessSpec
    package var hostname: String
    package var readOnlyRoot: Bool
    package var mounts: [MountSpec]
    package var namespaces: NamespaceSpec
    package var network: NetworkSpec
    /// Files made by the core and bound over /etc/…; nil: not bound (kubelet-made mounts win over them).
    package var etc: EtcFiles
    /// "/kubepods/…" (cgroupfs) or "x.slice" (systemd); "" → the core's own parent.
    package var cgroupParent: String
    package var resources: ResourceLimits
    package var devices: [DeviceSpec]
    package var privileged: Bool
    package var maskedPaths: [String]
    package var readOnlyPaths: [String]
    package var sysctls: [String: String]
    package var seccomp: SeccompSpec
    package var shmBytes: UInt64
    package var log: LogSpec
    /// Signal number; 0 → SIGTERM, or the image's.
    package var stopSignal: Int32
    /// "" → the default handler (`crun`, else `runc`).
    package var runtimeHandler: String
    /// OCI annotations for config.json.
    package var annotations: [String: String]
    /// The front end's own document (JSON text), kept with the record and given back unchanged.
    package var extensionDocument: String
    package init(
        name: String = "",
        labels: [String: String] = [:],
        image: Digest,
        imageName: String = "",
        process: ProcessSpec,
        hostname: String = "",
        readOnlyRoot: Bool = false,
        mounts: [MountSpec] = [],
        namespaces: NamespaceSpec = NamespaceSpec(),
        network: NetworkSpec = .none,
        etc: EtcFiles = EtcFiles(),
        cgroupParent: String = "",
        resources: ResourceLimits = ResourceLimits(),
        devices: [DeviceSpec] = [],
        privileged: Bool = false,
        maskedPaths: [String] = [],
        readOnlyPaths: [String] = [],
        sysctls: [String: String] = [:],
        seccomp: SeccompSpec = .runtimeDefault,
        shmBytes: UInt64 = 0,
        log: LogSpec = LogSpec(),
        stopSignal: Int32 = 0,
        runtimeHandler: String = "",
        annotations: [String: String] = [:],
        extensionDocument: String = ""
    ) {
        self.name = name
        self.labels = labels
        self.image = image
        self.imageName = imageName
        self.process = process
        self.hostname = hostname
        self.readOnlyRoot = readOnlyRoot
        self.mounts = mounts
        self.namespaces = namespaces
        self.network = network
        self.etc = etc
        self.cgroupParent = cgroupParent
        self.resources = resources
        self.devices = devices
        self.privileged = privileged
        self.maskedPaths = maskedPaths
        self.readOnlyPaths = readOnlyPaths
        self.sysctls = sysctls
        self.seccomp = seccomp
        self.shmBytes = shmBytes
        self.log = log
        self.stopSignal = stopSignal
        self.runtimeHandler = runtimeHandler
        self.annotations = annotations
        self.extensionDocument = extensionDocument
    }
}

package struct ProcessSpec: Sendable, Codable {
    /// The whole argv; never empty.
    package var arguments: [String]
    package var environment: [String]
    package var workingDirectory: String
    package var user: UserSpec
    package var additionalGroups: [UInt32]
    package var terminal: Bool
    package var openStdin: Bool
    /// Standard input ends with the first attached client's.
    package var stdinOnce: Bool
    package var capabilities: CapabilitySpec
    package var noNewPrivileges: Bool
    package var oomScoreAdj: Int?
    package var apparmorProfile: String
    package var selinuxLabel: String
    package var limits: [ResourceLimit]
    package struct ResourceLimit: Sendable, Codable {
        package var type: String
        package var soft: UInt64
        package var hard: UInt64
        package init(type: String, soft: UInt64, hard: UInt64) {
            self.type = type
            self.soft = soft
            self.hard = hard
        }
    }
    package init(
        arguments: [String] = [],
        environment: [String] = [],
        workingDirectory: String = "",
        user: UserSpec = .text(""),
        additionalGroups: [UInt32] = [],
        terminal: Bool = false,
        openStdin: Bool = false,
        stdinOnce: Bool = false,
        capabilities: CapabilitySpec = CapabilitySpec(),
        noNewPrivileges: Bool = false,
        oomScoreAdj: Int? = nil,
        apparmorProfile: String = "",
        selinuxLabel: String = "",
        limits: [ResourceLimit] = []
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.additionalGroups = additionalGroups
        self.terminal = terminal
        self.openStdin = openStdin
        self.stdinOnce = stdinOnce
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
        self.oomScoreAdj = oomScoreAdj
        self.apparmorProfile = apparmorProfile
        self.selinuxLabel = selinuxLabel
        self.limits = limits
    }
}

package enum UserSpec: Sendable, Codable, Equatable {
    /// As in Docker's `User` and an image's `USER`: `""`, `name`, `uid`, `name:group`, `uid:gid`; looked up in the
    /// root file system's own /etc/passwd and /etc/group.
    case text(String)
}

package struct CapabilitySpec: Sendable, Codable {
    /// `ALL`, `CAP_NET_ADMIN` or `NET_ADMIN`; start set is Docker's default fourteen (all when privileged).
    package var add: [String]
    package var drop: [String]
    package var ambient: [String]
    package init(
        add: [String] = [],
        drop: [String] = [],
        ambient: [String] = []
    ) {
        self.add = add
        self.drop = drop
        self.ambient = ambient
    }
}

package struct MountSpec: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable { case bind, tmpfs }
    package enum Propagation: String, Sendable, Codable { case rprivate, rslave, rshared }
    package var kind: Kind
    package var source: String
    package var destination: String
    package var readOnly: Bool
    package var recursiveReadOnly: Bool
    package var propagation: Propagation
    /// Make the source folder when it does not exist.
    package var createSource: Bool
    /// Further options for tmpfs: `size=64m`.
    package var options: [String]
    package init(
        kind: Kind = .bind,
        source: String = "",
        destination: String = "",
        readOnly: Bool = false,
        recursiveReadOnly: Bool = false,
        propagation: Propagation = .rprivate,
        createSource: Bool = false,
        options: [String] = []
    ) {
        self.kind = kind
        self.source = source
        self.destination = destination
        self.readOnly = readOnly
        self.recursiveReadOnly = recursiveReadOnly
        self.propagation = propagation
        self.createSource = createSource
        self.options = options
    }
}

package struct NamespaceSpec: Sendable, Codable {
    package enum Source: Sendable, Codable, Equatable {
        case own
        case host
        /// Joined through /proc/PID/ns of the running container with this id.
        case container(String)
    }
    package var pid: Source
    package var ipc: Source
    package var uts: Source
    package var cgroup: Source
    package init(
        pid: Source = .own,
        ipc: Source = .own,
        uts: Source = .own,
        cgroup: Source = .own
    ) {
        self.pid = pid
        self.ipc = ipc
        self.uts = uts
        self.cgroup = cgroup
    }
}

package enum NetworkSpec: Sendable, Codable, Equatable {
    /// A namespace with nothing but `lo`.
    case none
    case host
    case container(String)
    /// A namespace made by the core (it outlives the process) and attached through `PodNetwork`; detached by `stop`,
    /// and at the process's own exit too when `releasedAtExit`.
    case pod(NetworkRequest, releasedAtExit: Bool)
}

package struct EtcFiles: Sendable, Codable {
    /// The whole text, or nil when the file is not to be bound.
    package var resolvConf: String?
    package var hosts: String?
    package var hostname: String?
    package init(
        resolvConf: String? = nil,
        hosts: String? = nil,
        hostname: String? = nil
    ) {
        self.resolvConf = resolvConf
        self.hosts = hosts
        self.hostname = hostname
    }
}

package struct ResourceLimits: Sendable, Codable, Equatable {
    package var cpuShares: UInt64?
    package var cpuQuota: Int64?
    package var cpuPeriod: UInt64?
    package var cpusetCPUs: String?
    package var cpusetMems: String?
    package var memoryBytes: Int64?
    package var memorySwapBytes: Int64?
    package var memoryReservationBytes: Int64?
    package var pidsLimit: Int64?
    package var oomScoreAdj: Int?
    package var hugepages: [String: UInt64]
    package var unified: [String: String]
    package var oomKillDisable: Bool?
    package init() { hugepages = [:]; unified = [:] }
}

package struct DeviceSpec: Sendable, Codable, Equatable {
    package var hostPath: String
    package var containerPath: String
    /// Of `rwm`.
    package var permissions: String
    package init(
        hostPath: String = "",
        containerPath: String = "",
        permissions: String = "rwm"
    ) {
        self.hostPath = hostPath
        self.containerPath = containerPath
        self.permissions = permissions
    }
}

package enum SeccompSpec: Sendable, Codable, Equatable {
    case unconfined
    case runtimeDefault
    /// The text of a profile document (OCI/Docker JSON).
    case profile(String)
}

package struct LogSpec: Sendable, Codable, Equatable {
    /// Absolute path of a file in CRI log format; "" → the container's own folder.
    package var path: String
    package var maximumBytes: Int64?
    /// false: output is thrown away unless somebody is attached.
    package var enabled: Bool
    package init(
        path: String = "",
        maximumBytes: Int64? = nil,
        enabled: Bool = true
    ) {
        self.path = path
        self.maximumBytes = maximumBytes
        self.enabled = enabled
    }
}

package struct ContainerRecord: Sendable, Codable {
    package enum State: String, Sendable, Codable { case created, running, exited }
    package var id: String
    package var spec: ContainerSpec
    package var state: State
    package var pid: Int32
    package var createdAt: Int64
    package var startedAt: Int64
    package var finishedAt: Int64
    package var exitCode: Int32
    package var oomKilled: Bool
    /// Why the last start failed; "" otherwise.
    package var startError: String
    package var network: NetworkResult?
    /// The path of the pinned network namespace (`.pod` networks), else "".
    package var networkNamespace: String
    package var cgroupPath: String
    package var rootfsPath: String
    package var logPath: String
    /// Host paths of the files bound over /etc/resolv.conf, /etc/hosts and /etc/hostname ("" when not bound).
    package var resolvConfPath: String
    package var hostsPath: String
    package var hostnamePath: String
    /// The handler that was used: `crun` or `runc`.
    package var runtime: String
    package var overlay: OverlayPaths
    /// What the user part resolved to.
    package var uid: UInt32
    package var gid: UInt32
    package var supplementalGroups: [UInt32]
    package init(
        id: String = "",
        spec: ContainerSpec,
        state: State,
        pid: Int32 = 0,
        createdAt: Int64 = 0,
        startedAt: Int64 = 0,
        finishedAt: Int64 = 0,
        exitCode: Int32 = 0,
        oomKilled: Bool = false,
        startError: String = "",
        network: NetworkResult? = nil,
        networkNamespace: String = "",
        cgroupPath: String = "",
        rootfsPath: String = "",
        logPath: String = "",
        resolvConfPath: String = "",
        hostsPath: String = "",
        hostnamePath: String = "",
        runtime: String = "",
        overlay: OverlayPaths,
        uid: UInt32 = 0,
        gid: UInt32 = 0,
        supplementalGroups: [UInt32] = []
    ) {
        self.id = id
        self.spec = spec
        self.state = state
        self.pid = pid
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.exitCode = exitCode
        self.oomKilled = oomKilled
        self.startError = startError
        self.network = network
        self.networkNamespace = networkNamespace
        self.cgroupPath = cgroupPath
        self.rootfsPath = rootfsPath
        self.logPath = logPath
        self.resolvConfPath = resolvConfPath
        self.hostsPath = hostsPath
        self.hostnamePath = hostnamePath
        self.runtime = runtime
        self.overlay = overlay
        self.uid = uid
        self.gid = gid
        self.supplementalGroups = supplementalGroups
    }
}

package struct OverlayPaths: Sendable, Codable {
    package var lower: [String]
    package var upper: String
    package var work: String
    package var merged: String
    package init(
        lower: [String] = [],
        upper: String = "",
        work: String = "",
        merged: String = ""
    ) {
        self.lower = lower
        self.upper = upper
        self.work = work
        self.merged = merged
    }
}

package struct ExecSpec: Sendable {
    package var arguments: [String]
    package var environment: [String]
    package var workingDirectory: String
    package var user: UserSpec?
    package var terminal: Bool
    package var privileged: Bool
    package var input: Bool
    package init(
        arguments: [String] = [],
        environment: [String] = [],
        workingDirectory: String = "",
        user: UserSpec? = nil,
        terminal: Bool = false,
        privileged: Bool = false,
        input: Bool = false
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.terminal = terminal
        self.privileged = privileged
        self.input = input
    }
}

package struct ExecProcess: Sendable {
    package var pid: Int32
    package var streams: ProcessStreams
    /// The exit code, once.
    package var exit: @Sendable () async -> Int32
    /// SIGKILL to the process inside the container.
    package var kill: @Sendable () async -> Void
    package var resize: @Sendable (_ width: UInt16, _ height: UInt16) async throws -> Void
    package init(
        pid: Int32 = 0,
        streams: ProcessStreams,
        exit: @escaping @Sendable () async -> Int32,
        kill: @escaping @Sendable () async -> Void,
        resize: @escaping @Sendable (_ width: UInt16, _ height: UInt16) async throws -> Void
    ) {
        self.pid = pid
        self.streams = streams
        self.exit = exit
        self.kill = kill
        self.resize = resize
    }
}

package struct OutputChunk: Sendable {
    package enum Stream: Sendable { case stdout, stderr }
    package var stream: Stream
    package var bytes: ByteBuffer
    package init(
        stream: Stream,
        bytes: ByteBuffer
    ) {
        self.stream = stream
        self.bytes = bytes
    }
}

/// A process's standard streams. `next` gives output in order of arrival, with back-pressure; nil at its end.
package struct ProcessStreams: Sendable {
    package var next: @Sendable () async throws(OxbowError) -> OutputChunk?
    package var write: @Sendable (ByteBuffer) async throws(OxbowError) -> Void
    package var closeInput: @Sendable () async -> Void
    /// Lets go of the streams; the process goes on.
    package var close: @Sendable () async -> Void
    package init(
        next: @escaping @Sendable () async throws(OxbowError) -> OutputChunk?,
        write: @escaping @Sendable (ByteBuffer) async throws(OxbowError) -> Void,
        closeInput: @escaping @Sendable () async -> Void,
        close: @escaping @Sendable () async -> Void
    ) {
        self.next = next
        self.write = write
        self.closeInput = closeInput
        self.close = close
    }
}

package struct ContainerStatistics: Sendable {
    package var timestamp: Int64
    package var cpuNanoseconds: UInt64
    package var cpuUserNanoseconds: UInt64
    package var cpuSystemNanoseconds: UInt64
    package var throttledPeriods: UInt64
    package var periods: UInt64
    package var throttledNanoseconds: UInt64
    package var memoryBytes: UInt64
    package var memoryMaxBytes: UInt64
    package var memoryLimit: UInt64?
    package var memoryFailures: UInt64
    package var workingSetBytes: UInt64
    package var rssBytes: UInt64
    package var pageFaults: UInt64
    package var majorPageFaults: UInt64
    package var swapBytes: UInt64
    package var memoryStat: [String: UInt64]
    package var processes: UInt64
    package var processLimit: UInt64?
    package var writableLayerBytes: UInt64
    package var writableLayerInodes: UInt64
    package var cgroupVersion: Int
    package init(
        timestamp: Int64 = 0,
        cpuNanoseconds: UInt64 = 0,
        cpuUserNanoseconds: UInt64 = 0,
        cpuSystemNanoseconds: UInt64 = 0,
        throttledPeriods: UInt64 = 0,
        periods: UInt64 = 0,
        throttledNanoseconds: UInt64 = 0,
        memoryBytes: UInt64 = 0,
        memoryMaxBytes: UInt64 = 0,
        memoryLimit: UInt64? = nil,
        memoryFailures: UInt64 = 0,
        workingSetBytes: UInt64 = 0,
        rssBytes: UInt64 = 0,
        pageFaults: UInt64 = 0,
        majorPageFaults: UInt64 = 0,
        swapBytes: UInt64 = 0,
        memoryStat: [String: UInt64] = [:],
        processes: UInt64 = 0,
        processLimit: UInt64? = nil,
        writableLayerBytes: UInt64 = 0,
        writableLayerInodes: UInt64 = 0,
        cgroupVersion: Int = 0
    ) {
        self.timestamp = timestamp
        self.cpuNanoseconds = cpuNanoseconds
        self.cpuUserNanoseconds = cpuUserNanoseconds
        self.cpuSystemNanoseconds = cpuSystemNanoseconds
        self.throttledPeriods = throttledPeriods
        self.periods = periods
        self.throttledNanoseconds = throttledNanoseconds
        self.memoryBytes = memoryBytes
        self.memoryMaxBytes = memoryMaxBytes
        self.memoryLimit = memoryLimit
        self.memoryFailures = memoryFailures
        self.workingSetBytes = workingSetBytes
        self.rssBytes = rssBytes
        self.pageFaults = pageFaults
        self.majorPageFaults = majorPageFaults
        self.swapBytes = swapBytes
        self.memoryStat = memoryStat
        self.processes = processes
        self.processLimit = processLimit
        self.writableLayerBytes = writableLayerBytes
        self.writableLayerInodes = writableLayerInodes
        self.cgroupVersion = cgroupVersion
    }
}

package struct CoreFacts: Sendable {
    package var root: String
    package var cgroupDriver: String
    package var cgroupVersion: Int
    /// handler name → program path.
    package var runtimes: [String: String]
    package var defaultRuntime: String
    package var runtimeVersions: [String: String]
    package var monitorVersion: String
    package init(
        root: String = "",
        cgroupDriver: String = "",
        cgroupVersion: Int = 0,
        runtimes: [String: String] = [:],
        defaultRuntime: String = "",
        runtimeVersions: [String: String] = [:],
        monitorVersion: String = ""
    ) {
        self.root = root
        self.cgroupDriver = cgroupDriver
        self.cgroupVersion = cgroupVersion
        self.runtimes = runtimes
        self.defaultRuntime = defaultRuntime
        self.runtimeVersions = runtimeVersions
        self.monitorVersion = monitorVersion
    }
}

package struct CoreEvent: Sendable {
    package enum Action: String, Sendable { case created, started, exited, removed }
    package var action: Action
    package var record: ContainerRecord
    package var time: Int64
    package init(
        action: Action,
        record: ContainerRecord,
        time: Int64 = 0
    ) {
        self.action = action
        self.record = record
        self.time = time
    }
}
