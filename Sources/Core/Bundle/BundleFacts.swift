package import Linux

/// What `config.json` needs to know besides the specification: all looked up beforehand, so that building the document
/// is a pure function.
package struct BundleFacts: Sendable {
    package var id: String
    /// The mounted root file system.
    package var rootfs: String
    package var user: ResolvedUser
    package var cgroupsPath: String
    package var cgroupVersion: CgroupTree.Version
    /// What the daemon may hand on.
    package var heldCapabilities: Set<String>
    package var lowestOOMScore: Int
    /// Namespace files to join, for those that the specification shares with another container.
    package var joined: [NamespaceKind: String]
    /// The pinned network namespace of a `.pod` network.
    package var networkNamespace: String
    /// The host folder that is /dev/shm, shared by all containers of one IPC namespace.
    package var sharedMemory: String
    /// Whether the host's message queues are mounted, for containers in its IPC namespace.
    package var hasHostQueues = true
    /// Host paths to bind over /etc/resolv.conf, /etc/hosts and /etc/hostname; "" when not bound.
    package var resolvConf: String
    package var hosts: String
    package var hostname: String
    /// Host path of a wanted device → its nodes (several when the path is a folder).
    package var devices: [String: [DeviceNode]]
    /// Every device of the host, for privileged containers.
    package var hostDevices: [DeviceNode]
    /// Whether the kernel can limit swap: otherwise such a limit is left out, as other runtimes do.
    package var limitsSwap = true
    /// Sizes of huge pages that this host counts; looked up when the specification limits some.
    package var hugepageSizes: Set<String> = []
    /// Place in the specification's mounts → what is bound there.
    package var imageVolumes: [Int: String] = [:]

    package init(
        id: String, rootfs: String, user: ResolvedUser = ResolvedUser(), cgroupsPath: String,
        cgroupVersion: CgroupTree.Version = .v1, heldCapabilities: Set<String>, lowestOOMScore: Int = -1000,
        joined: [NamespaceKind: String] = [:], networkNamespace: String = "", sharedMemory: String = "",
        resolvConf: String = "", hosts: String = "", hostname: String = "", devices: [String: [DeviceNode]] = [:],
        hostDevices: [DeviceNode] = []
    ) {
        self.id = id
        self.rootfs = rootfs
        self.user = user
        self.cgroupsPath = cgroupsPath
        self.cgroupVersion = cgroupVersion
        self.heldCapabilities = heldCapabilities
        self.lowestOOMScore = lowestOOMScore
        self.joined = joined
        self.networkNamespace = networkNamespace
        self.sharedMemory = sharedMemory
        self.resolvConf = resolvConf
        self.hosts = hosts
        self.hostname = hostname
        self.devices = devices
        self.hostDevices = hostDevices
    }
}

/// The namespaces that one container can take from another.
package enum NamespaceKind: String, Sendable, Codable, CaseIterable {
    case pid
    case ipc
    case uts
    case cgroup
    case network
    case user

    /// The file in /proc/PID/ns.
    package var file: String { self == .network ? "net" : rawValue }
}
