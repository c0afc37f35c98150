/// How a container is bound to its host: Go's `container.HostConfig`, with its embedded `Resources`.
///
/// Written for `.v1_40` it has exactly the members of dockershim's client, which was built between two releases:
/// `Capabilities` is there, `CgroupnsMode` not yet.
package struct HostConfig: GoObject {
    /// `src:dst[:options]`
    package var binds: [String]?
    package var containerIDFile = ""
    package var logConfig = LogConfig()
    /// `default`, `bridge`, `host`, `none`, `container:<id>` or a network's name.
    package var networkMode = ""
    /// `80/tcp` → where on the host.
    package var portBindings: [String: [PortBinding]?]?
    package var restartPolicy = RestartPolicy()
    package var autoRemove = false
    package var volumeDriver = ""
    package var volumesFrom: [String]?
    package var capAdd: Words?
    package var capDrop: Words?
    /// The whole set instead of additions; API 1.40 only.
    package var capabilities: [String]?
    /// `private`, `host` or "".
    package var cgroupnsMode = ""
    package var dns: [String]?
    package var dnsOptions: [String]?
    package var dnsSearch: [String]?
    /// `name:address`
    package var extraHosts: [String]?
    package var groupAdd: [String]?
    /// `none`, `private`, `shareable`, `host`, `container:<id>` or "".
    package var ipcMode = ""
    package var cgroup = ""
    package var links: [String]?
    package var oomScoreAdj = 0
    /// `host`, `container:<id>` or "".
    package var pidMode = ""
    package var privileged = false
    package var publishAllPorts = false
    package var readonlyRootfs = false
    /// `seccomp=…`, `apparmor=…`, `label=…`, `no-new-privileges[=…]`; an old client's `:` separates too.
    package var securityOpt: [String]?
    package var storageOpt: [String: String]?
    /// Container path → mount options.
    package var tmpfs: [String: String]?
    package var utsMode = ""
    package var usernsMode = ""
    /// Bytes; 0: the default.
    package var shmSize: Int64 = 0
    package var sysctls: [String: String]?
    package var runtime = ""
    /// Height and width.
    package var consoleSize: [UInt32] = [0, 0]
    package var isolation = ""
    package var resources = Resources()
    package var mounts: [MountRequest]?
    /// nil: the default list; empty: none.
    package var maskedPaths: [String]?
    package var readonlyPaths: [String]?
    /// Runs an init in front of the container's own process.
    package var initProcess: Bool?
    package var annotations: [String: String]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Binds", \.binds),
        .always("ContainerIDFile", \.containerIDFile),
        .always("LogConfig", \.logConfig),
        .always("NetworkMode", \.networkMode),
        .always("PortBindings", \.portBindings),
        .always("RestartPolicy", \.restartPolicy),
        .always("AutoRemove", \.autoRemove),
        .always("VolumeDriver", \.volumeDriver),
        .always("VolumesFrom", \.volumesFrom),
        .always("CapAdd", \.capAdd),
        .always("CapDrop", \.capDrop),
        .always("Capabilities", \.capabilities, in: .v1_40 ... .v1_40),
        .always("CgroupnsMode", \.cgroupnsMode, in: .v1_41...everyVersion.upperBound),
        .always("Dns", \.dns),
        .always("DnsOptions", \.dnsOptions),
        .always("DnsSearch", \.dnsSearch),
        .always("ExtraHosts", \.extraHosts),
        .always("GroupAdd", \.groupAdd),
        .always("IpcMode", \.ipcMode),
        .always("Cgroup", \.cgroup),
        .always("Links", \.links),
        .always("OomScoreAdj", \.oomScoreAdj),
        .always("PidMode", \.pidMode),
        .always("Privileged", \.privileged),
        .always("PublishAllPorts", \.publishAllPorts),
        .always("ReadonlyRootfs", \.readonlyRootfs),
        .always("SecurityOpt", \.securityOpt),
        .omitEmpty("StorageOpt", \.storageOpt),
        .omitEmpty("Tmpfs", \.tmpfs),
        .always("UTSMode", \.utsMode),
        .always("UsernsMode", \.usernsMode),
        .always("ShmSize", \.shmSize),
        .omitEmpty("Sysctls", \.sysctls),
        .omitEmpty("Runtime", \.runtime),
        .always("ConsoleSize", \.consoleSize),
        .always("Isolation", \.isolation),
        .embedding(\.resources),
        .omitEmpty("Mounts", \.mounts),
        .always("MaskedPaths", \.maskedPaths),
        .always("ReadonlyPaths", \.readonlyPaths),
        .omitEmpty("Init", \.initProcess),
        .omitEmpty("Annotations", \.annotations),
    ]
}
