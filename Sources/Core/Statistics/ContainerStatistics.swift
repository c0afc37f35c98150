package import Linux

/// What one container, or one cgroup of several, has used. Counters count since the container began.
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
    /// Swap that may be used; nil: unlimited, or not accounted for.
    package var swapLimit: UInt64?
    package var devices: [DeviceTraffic]
    /// nil where the kernel does not account for stalls.
    package var cpuPressure: Pressure?
    package var memoryPressure: Pressure?
    package var ioPressure: Pressure?
    package var oomKills: UInt64
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
        cgroupVersion: Int = 0,
        swapLimit: UInt64? = nil,
        devices: [DeviceTraffic] = [],
        cpuPressure: Pressure? = nil,
        memoryPressure: Pressure? = nil,
        ioPressure: Pressure? = nil,
        oomKills: UInt64 = 0
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
        self.swapLimit = swapLimit
        self.devices = devices
        self.cpuPressure = cpuPressure
        self.memoryPressure = memoryPressure
        self.ioPressure = ioPressure
        self.oomKills = oomKills
    }
}
