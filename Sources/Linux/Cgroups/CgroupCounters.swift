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
    /// Every line of memory.stat.
    package var memoryStat: [String: UInt64] = [:]
    package var processes: UInt64 = 0
    package var processLimit: UInt64?
    /// memory.oom_control `oom_kill` (v1) or memory.events `oom_kill` (v2).
    package var oomKills: UInt64 = 0

    package init() {}
}

/// The texts of one cgroup's files, by name; absent ones are left out. Reading them and understanding them are apart,
/// so that both versions are tested on any host.
struct CgroupTexts: Sendable {
    var files: [String: String]

    func number(_ file: String) -> UInt64? {
        files[file].flatMap { UInt64($0.prefix { !$0.isWhitespace }) }
    }

    /// `key value` lines.
    func pairs(_ file: String) -> [String: UInt64] {
        var pairs: [String: UInt64] = [:]
        for line in (files[file] ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let value = UInt64(words[1]) { pairs[String(words[0])] = value }
        }
        return pairs
    }
}

extension CgroupCounters {
    static let v1Files = [
        "cpuacct": ["cpuacct.usage", "cpuacct.usage_user", "cpuacct.usage_sys"],
        "cpu": ["cpu.stat"],
        "memory": [
            "memory.usage_in_bytes", "memory.max_usage_in_bytes", "memory.limit_in_bytes", "memory.failcnt",
            "memory.stat", "memory.oom_control",
        ],
        "pids": ["pids.current", "pids.max"],
    ]

    static let v2Files = [
        "cpu.stat", "memory.current", "memory.peak", "memory.max", "memory.stat", "memory.events",
        "memory.swap.current",
        "pids.current", "pids.max",
    ]

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
    }

    private static func difference(_ whole: UInt64, _ part: UInt64?) -> UInt64 {
        whole > (part ?? 0) ? whole - (part ?? 0) : 0
    }
}
