import DockerAPI

extension HostConfig {
    static let defaultShmSize: Int64 = 64 << 20
    static let defaultMaskedPaths = [
        "/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
    ]
    static let defaultReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

    /// With everything said that the client left to the daemon: what inspection shows.
    /// - Parameter version: the request's; defaults changed with 1.40 and 1.41.
    func withDefaults(version: APIVersion, host: HostTraits) -> HostConfig {
        var config = self
        if networkMode.isEmpty { config.networkMode = "default" }
        if shmSize <= 0 { config.shmSize = Self.defaultShmSize }
        if ipcMode.isEmpty { config.ipcMode = version < .v1_40 ? "shareable" : "private" }
        if version < .v1_41 { config.cgroupnsMode = "" }
        if config.cgroupnsMode.isEmpty { config.cgroupnsMode = host.cgroupVersion == 2 ? "private" : "host" }
        if logConfig.type.isEmpty { config.logConfig.type = "json-file" }
        if logConfig.config == nil { config.logConfig.config = [:] }
        if runtime.isEmpty { config.runtime = host.defaultRuntime }
        if !privileged {
            config.maskedPaths = maskedPaths ?? Self.defaultMaskedPaths
            config.readonlyPaths = readonlyPaths ?? Self.defaultReadonlyPaths
        }
        if resources.oomKillDisable == nil { config.resources.oomKillDisable = false }
        if resources.memory > 0, resources.memorySwap == 0 { config.resources.memorySwap = 2 * resources.memory }
        if resources.memorySwappiness == -1 { config.resources.memorySwappiness = nil }
        if version < .v1_42, let mounts {
            config.mounts = mounts.map { mount in
                var mount = mount
                mount.bindOptions?.createMountpoint = false
                return mount
            }
        }
        return config
    }
}
