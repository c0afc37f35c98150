/// Answer of `GET /info`.
package struct DaemonInfo: GoObject {
    package var id = ""
    package var containers = 0
    package var containersRunning = 0
    package var containersPaused = 0
    package var containersStopped = 0
    package var images = 0
    package var driver = ""
    package var driverStatus: [[String]]?
    package var plugins = Plugins()
    package var memoryLimit = false
    package var swapLimit = false
    package var cpuCfsPeriod = false
    package var cpuCfsQuota = false
    package var cpuShares = false
    package var cpuSet = false
    package var pidsLimit = false
    package var ipv4Forwarding = false
    package var bridgeNfIptables = false
    package var bridgeNfIp6tables = false
    package var debug = false
    package var fileDescriptors = 0
    package var oomKillDisable = false
    package var goroutines = 0
    package var systemTime = ""
    package var loggingDriver = ""
    /// `cgroupfs` or `systemd`: the kubelet compares it with its own.
    package var cgroupDriver = ""
    package var cgroupVersion = ""
    package var eventListeners = 0
    package var kernelVersion = ""
    package var operatingSystem = ""
    package var osVersion = ""
    package var osType = ""
    package var architecture = ""
    package var indexServerAddress = ""
    package var registryConfig: RegistryConfig?
    package var cpus = 0
    /// Bytes.
    package var memTotal: Int64 = 0
    package var genericResources: [String]?
    package var dockerRootDir = ""
    package var httpProxy = ""
    package var httpsProxy = ""
    package var noProxy = ""
    package var name = ""
    package var labels: [String]? = []
    package var experimentalBuild = false
    package var serverVersion = ""
    package var runtimes: [String: RuntimePath]?
    package var defaultRuntime = ""
    package var swarm = SwarmState()
    package var liveRestoreEnabled = false
    package var isolation = ""
    package var initBinary = ""
    package var containerdCommit = Commit()
    package var runcCommit = Commit()
    package var initCommit = Commit()
    package var securityOptions: [String]? = []
    package var warnings: [String]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("ID", \.id),
        .always("Containers", \.containers),
        .always("ContainersRunning", \.containersRunning),
        .always("ContainersPaused", \.containersPaused),
        .always("ContainersStopped", \.containersStopped),
        .always("Images", \.images),
        .always("Driver", \.driver),
        .always("DriverStatus", \.driverStatus),
        .always("Plugins", \.plugins),
        .always("MemoryLimit", \.memoryLimit),
        .always("SwapLimit", \.swapLimit),
        .always("CpuCfsPeriod", \.cpuCfsPeriod),
        .always("CpuCfsQuota", \.cpuCfsQuota),
        .always("CPUShares", \.cpuShares),
        .always("CPUSet", \.cpuSet),
        .always("PidsLimit", \.pidsLimit),
        .always("IPv4Forwarding", \.ipv4Forwarding),
        .always("BridgeNfIptables", \.bridgeNfIptables),
        .always("BridgeNfIp6tables", \.bridgeNfIp6tables),
        .always("Debug", \.debug),
        .always("NFd", \.fileDescriptors),
        .always("OomKillDisable", \.oomKillDisable),
        .always("NGoroutines", \.goroutines),
        .always("SystemTime", \.systemTime),
        .always("LoggingDriver", \.loggingDriver),
        .always("CgroupDriver", \.cgroupDriver),
        .omitEmpty("CgroupVersion", \.cgroupVersion),
        .always("NEventsListener", \.eventListeners),
        .always("KernelVersion", \.kernelVersion),
        .always("OperatingSystem", \.operatingSystem),
        .always("OSVersion", \.osVersion),
        .always("OSType", \.osType),
        .always("Architecture", \.architecture),
        .always("IndexServerAddress", \.indexServerAddress),
        .always("RegistryConfig", \.registryConfig),
        .always("NCPU", \.cpus),
        .always("MemTotal", \.memTotal),
        .always("GenericResources", \.genericResources),
        .always("DockerRootDir", \.dockerRootDir),
        .always("HttpProxy", \.httpProxy),
        .always("HttpsProxy", \.httpsProxy),
        .always("NoProxy", \.noProxy),
        .always("Name", \.name),
        .always("Labels", \.labels),
        .always("ExperimentalBuild", \.experimentalBuild),
        .always("ServerVersion", \.serverVersion),
        .always("Runtimes", \.runtimes),
        .always("DefaultRuntime", \.defaultRuntime),
        .always("Swarm", \.swarm),
        .always("LiveRestoreEnabled", \.liveRestoreEnabled),
        .always("Isolation", \.isolation),
        .always("InitBinary", \.initBinary),
        .always("ContainerdCommit", \.containerdCommit),
        .always("RuncCommit", \.runcCommit),
        .always("InitCommit", \.initCommit),
        .always("SecurityOptions", \.securityOptions),
        .always("Warnings", \.warnings),
    ]
}
