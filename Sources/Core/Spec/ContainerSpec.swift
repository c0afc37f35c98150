package import OCI

package struct ContainerSpec: Sendable, Codable {
    /// Chosen by the front end, 64 hexadecimal digits, when something else in the spec depends on it (Docker's default
    /// hostname); "": the core makes one.
    package var id: String
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
    package var hooks: [HookSpec]
    package var privileged: Bool
    /// Applied exactly as they stand (not at all when privileged); the defaults are those of every runtime.
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
        id: String = "",
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
        hooks: [HookSpec] = [],
        privileged: Bool = false,
        maskedPaths: [String] = ContainerSpec.standardMaskedPaths,
        readOnlyPaths: [String] = ContainerSpec.standardReadOnlyPaths,
        sysctls: [String: String] = [:],
        seccomp: SeccompSpec = .runtimeDefault,
        shmBytes: UInt64 = 0,
        log: LogSpec = LogSpec(),
        stopSignal: Int32 = 0,
        runtimeHandler: String = "",
        annotations: [String: String] = [:],
        extensionDocument: String = ""
    ) {
        self.id = id
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
        self.hooks = hooks
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

extension ContainerSpec {
    /// Parts of /proc and /sys that tell of the host or reach it: hidden unless the client says otherwise.
    package static let standardMaskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ]
    package static let standardReadOnlyPaths = [
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]
}
