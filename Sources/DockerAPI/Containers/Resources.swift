/// Limits of one container: the part of `HostConfig` that `/containers/{id}/update` may change. 0 and nil: not set.
package struct Resources: GoObject {
    package var cpuShares: Int64 = 0
    /// Bytes.
    package var memory: Int64 = 0
    /// Billionths of a CPU.
    package var nanoCpus: Int64 = 0
    package var cgroupParent = ""
    package var blkioWeight: UInt32 = 0
    package var blkioWeightDevice: [WeightDevice]?
    package var blkioDeviceReadBps: [ThrottleDevice]?
    package var blkioDeviceWriteBps: [ThrottleDevice]?
    package var blkioDeviceReadIOps: [ThrottleDevice]?
    package var blkioDeviceWriteIOps: [ThrottleDevice]?
    /// Microseconds.
    package var cpuPeriod: Int64 = 0
    package var cpuQuota: Int64 = 0
    package var cpuRealtimePeriod: Int64 = 0
    package var cpuRealtimeRuntime: Int64 = 0
    package var cpusetCpus = ""
    package var cpusetMems = ""
    package var devices: [DeviceMapping]?
    package var deviceCgroupRules: [String]?
    package var deviceRequests: [DeviceRequest]?
    package var kernelMemory: Int64 = 0
    package var kernelMemoryTCP: Int64 = 0
    package var memoryReservation: Int64 = 0
    /// Memory and swap together, bytes; −1: no limit; 0: twice `memory`.
    package var memorySwap: Int64 = 0
    package var memorySwappiness: Int64?
    package var oomKillDisable: Bool?
    package var pidsLimit: Int64?
    package var ulimits: [Ulimit]?
    package var cpuCount: Int64 = 0
    package var cpuPercent: Int64 = 0
    package var ioMaximumIOps: UInt64 = 0
    package var ioMaximumBandwidth: UInt64 = 0
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("CpuShares", \.cpuShares),
        .always("Memory", \.memory),
        .always("NanoCpus", \.nanoCpus),
        .always("CgroupParent", \.cgroupParent),
        .always("BlkioWeight", \.blkioWeight),
        .always("BlkioWeightDevice", \.blkioWeightDevice),
        .always("BlkioDeviceReadBps", \.blkioDeviceReadBps),
        .always("BlkioDeviceWriteBps", \.blkioDeviceWriteBps),
        .always("BlkioDeviceReadIOps", \.blkioDeviceReadIOps),
        .always("BlkioDeviceWriteIOps", \.blkioDeviceWriteIOps),
        .always("CpuPeriod", \.cpuPeriod),
        .always("CpuQuota", \.cpuQuota),
        .always("CpuRealtimePeriod", \.cpuRealtimePeriod),
        .always("CpuRealtimeRuntime", \.cpuRealtimeRuntime),
        .always("CpusetCpus", \.cpusetCpus),
        .always("CpusetMems", \.cpusetMems),
        .always("Devices", \.devices),
        .always("DeviceCgroupRules", \.deviceCgroupRules),
        .always("DeviceRequests", \.deviceRequests),
        .always("KernelMemory", \.kernelMemory, in: everyVersion.lowerBound ... .v1_41),
        .always("KernelMemoryTCP", \.kernelMemoryTCP, in: everyVersion.lowerBound ... .v1_41),
        .always("MemoryReservation", \.memoryReservation),
        .always("MemorySwap", \.memorySwap),
        .always("MemorySwappiness", \.memorySwappiness),
        .always("OomKillDisable", \.oomKillDisable),
        .always("PidsLimit", \.pidsLimit),
        .always("Ulimits", \.ulimits),
        .always("CpuCount", \.cpuCount),
        .always("CpuPercent", \.cpuPercent),
        .always("IOMaximumIOps", \.ioMaximumIOps),
        .always("IOMaximumBandwidth", \.ioMaximumBandwidth),
    ]
}
