package struct CgroupCounters: Sendable, Equatable {
    package var cpuNanoseconds: UInt64 = 0
    package var cpuUserNanoseconds: UInt64 = 0
    package var cpuSystemNanoseconds: UInt64 = 0
    package var throttledPeriods: UInt64 = 0
    package var periods: UInt64 = 0
    package var throttledNanoseconds: UInt64 = 0
    package var memoryBytes: UInt64 = 0
    /// The most it ever was; 0 where the kernel does not keep it (v2 before Linux 5.19).
    package var memoryMaxBytes: UInt64 = 0
    /// nil: unlimited.
    package var memoryLimit: UInt64?
    package var memoryFailures: UInt64 = 0
    /// usage − inactive file pages, never below zero: what the kubelet's eviction looks at.
    package var workingSetBytes: UInt64 = 0
    package var rssBytes: UInt64 = 0
    package var pageFaults: UInt64 = 0
    package var majorPageFaults: UInt64 = 0
    package var swapBytes: UInt64 = 0
    /// Swap that the cgroup may use; nil: unlimited, or not accounted for.
    package var swapLimit: UInt64?
    /// Every line of memory.stat.
    package var memoryStat: [String: UInt64] = [:]
    package var processes: UInt64 = 0
    package var processLimit: UInt64?
    /// memory.oom_control `oom_kill` (v1) or memory.events `oom_kill` (v2).
    package var oomKills: UInt64 = 0
    /// By device; empty when nothing was read or written, or the kernel does not account for it.
    package var devices: [DeviceTraffic] = []
    /// nil where the kernel does not account for stalls: v1 without a v2 tree beside it, or a kernel without PSI.
    package var cpuPressure: Pressure?
    package var memoryPressure: Pressure?
    package var ioPressure: Pressure?

    package init() {}
}

/// The texts of one cgroup's files, by name; absent ones are left out. Reading them and understanding them are apart,
/// so that both versions are tested on any host.
struct CgroupTexts: Sendable {
    var files: [String: String]

    func number(_ file: String) -> UInt64? {
        files[file].flatMap { UInt64($0.prefix { !$0.isWhitespace }) }
    }

    /// `key value` lines. Over the bytes: this is most of what reading a container's figures costs.
    func pairs(_ file: String) -> [String: UInt64] {
        var pairs: [String: UInt64] = [:]
        for line in (files[file] ?? "").utf8.split(separator: UInt8(ascii: "\n")) {
            guard let space = line.firstIndex(of: UInt8(ascii: " ")),
                let value = Self.number(line[line.index(after: space)...])
            else { continue }
            pairs[String(decoding: line[..<space], as: UTF8.self)] = value
        }
        return pairs
    }

    /// Decimal digits and nothing else, up to the largest UInt64.
    private static func number(_ digits: Substring.UTF8View) -> UInt64? {
        var value: UInt64 = 0
        for byte in digits {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, beyond) = tens.addingReportingOverflow(UInt64(byte - 0x30))
            if tooLarge || beyond { return nil }
            value = sum
        }
        return digits.isEmpty ? nil : value
    }
}

extension CgroupCounters {
    static let v1Files = [
        "cpuacct": ["cpuacct.usage", "cpuacct.usage_user", "cpuacct.usage_sys"],
        "cpu": ["cpu.stat"],
        "memory": [
            "memory.usage_in_bytes", "memory.max_usage_in_bytes", "memory.limit_in_bytes", "memory.failcnt",
            "memory.stat", "memory.oom_control", "memory.memsw.limit_in_bytes",
        ],
        "pids": ["pids.current", "pids.max"],
        "blkio": ["blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_serviced_recursive"],
        // In a hybrid layout the kernel accounts for stalls in the v2 tree beside the controllers.
        "unified": pressureFiles,
    ]

    private static let pressureFiles = ["cpu.pressure", "memory.pressure", "io.pressure"]

    static let v2Files =
        [
            "cpu.stat", "memory.current", "memory.peak", "memory.max", "memory.stat", "memory.events",
            "memory.swap.current", "memory.swap.max", "pids.current", "pids.max", "io.stat",
        ] + pressureFiles

    /// An unlimited v1 memory cgroup says so with a number next to 2^63.
    private static let v1Unlimited: UInt64 = 1 << 62

    init(v1 texts: CgroupTexts) {
        cpuNanoseconds = texts.number("cpuacct.usage") ?? 0
        cpuUserNanoseconds = texts.number("cpuacct.usage_user") ?? 0
        cpuSystemNanoseconds = texts.number("cpuacct.usage_sys") ?? 0
        let cpu = texts.pairs("cpu.stat")
        periods = cpu["nr_periods"] ?? 0
        throttledPeriods = cpu["nr_throttled"] ?? 0
        throttledNanoseconds = cpu["throttled_time"] ?? 0
        memoryBytes = texts.number("memory.usage_in_bytes") ?? 0
        memoryMaxBytes = texts.number("memory.max_usage_in_bytes") ?? 0
        memoryLimit = texts.number("memory.limit_in_bytes").flatMap { $0 < Self.v1Unlimited ? $0 : nil }
        memoryFailures = texts.number("memory.failcnt") ?? 0
        memoryStat = texts.pairs("memory.stat")
        workingSetBytes = Self.difference(memoryBytes, memoryStat["total_inactive_file"])
        rssBytes = memoryStat["total_rss"] ?? 0
        pageFaults = memoryStat["total_pgfault"] ?? 0
        majorPageFaults = memoryStat["total_pgmajfault"] ?? 0
        swapBytes = memoryStat["total_swap"] ?? 0
        oomKills = texts.pairs("memory.oom_control")["oom_kill"] ?? 0
        processes = texts.number("pids.current") ?? 0
        processLimit = texts.number("pids.max")
        // The v1 limit counts memory and swap together.
        if let memoryLimit, let both = texts.number("memory.memsw.limit_in_bytes"), both < Self.v1Unlimited {
            swapLimit = Self.difference(both, memoryLimit)
        }
        devices = DeviceTraffic.read(
            v1Bytes: texts.files["blkio.throttle.io_service_bytes_recursive"] ?? "",
            operations: texts.files["blkio.throttle.io_serviced_recursive"] ?? "")
        readPressure(texts)
    }

    private mutating func readPressure(_ texts: CgroupTexts) {
        cpuPressure = texts.files["cpu.pressure"].flatMap(Pressure.init(parsing:))
        memoryPressure = texts.files["memory.pressure"].flatMap(Pressure.init(parsing:))
        ioPressure = texts.files["io.pressure"].flatMap(Pressure.init(parsing:))
    }

    init(v2 texts: CgroupTexts) {
        let cpu = texts.pairs("cpu.stat")
        cpuNanoseconds = (cpu["usage_usec"] ?? 0) * 1000
        cpuUserNanoseconds = (cpu["user_usec"] ?? 0) * 1000
        cpuSystemNanoseconds = (cpu["system_usec"] ?? 0) * 1000
        periods = cpu["nr_periods"] ?? 0
        throttledPeriods = cpu["nr_throttled"] ?? 0
        throttledNanoseconds = (cpu["throttled_usec"] ?? 0) * 1000
        memoryBytes = texts.number("memory.current") ?? 0
        memoryMaxBytes = texts.number("memory.peak") ?? 0
        memoryLimit = texts.number("memory.max")
        let events = texts.pairs("memory.events")
        memoryFailures = events["oom"] ?? 0
        oomKills = events["oom_kill"] ?? 0
        memoryStat = texts.pairs("memory.stat")
        workingSetBytes = Self.difference(memoryBytes, memoryStat["inactive_file"])
        rssBytes = memoryStat["anon"] ?? 0
        pageFaults = memoryStat["pgfault"] ?? 0
        majorPageFaults = memoryStat["pgmajfault"] ?? 0
        swapBytes = texts.number("memory.swap.current") ?? 0
        processes = texts.number("pids.current") ?? 0
        processLimit = texts.number("pids.max")
        swapLimit = texts.number("memory.swap.max")
        devices = DeviceTraffic.read(v2: texts.files["io.stat"] ?? "")
        readPressure(texts)
    }

    private static func difference(_ whole: UInt64, _ part: UInt64?) -> UInt64 {
        whole > (part ?? 0) ? whole - (part ?? 0) : 0
    }
}
