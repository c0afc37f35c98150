import Linux

/// Which processes are whose, and what they have used: the daemons of one stage or endpoint, and what they started.
///
/// CPU of what the daemons spawn is the total of their cgroup less their own, since a program that has ended is counted
/// there and nowhere else. Where the daemon shares its cgroup with others, it is the CPU of the children that the daemon
/// has reaped and of its monitors that are alive.
struct ProcessAccount: Sendable {
    let daemons: [Int32]
    /// The cgroup that holds the daemons, their monitors and programs, and nothing else; nil when there is none.
    let cgroup: String?
    let tree: CgroupTree
    /// Processes that were there before the daemons' first container, other than the daemons.
    private let before: Set<Int32>
    /// Our own pid namespace: a process in another one is in a container.
    private let namespace: String

    /// Blocks: use `blocking`.
    init(daemons: [Int32], cgroup: String?, tree: CgroupTree) {
        self.daemons = daemons
        self.cgroup = cgroup
        self.tree = tree
        before = Set(ProcessFacts.all().map(\.pid))
        namespace = PIDNamespace.of("self") ?? ""
    }

    /// What reading the figures takes into account, for the reader of the report.
    var method: String {
        let memory =
            "PSS from /proc/PID/smaps_rollup; monitors are the processes on the host's side that the stage's pods brought"
        guard let cgroup else {
            return "CPU from /proc: the listening process, the children it reaped and its living monitors; " + memory
        }
        return "CPU from the cgroup \(cgroup): daemons from /proc/PID/stat, spawned is the rest; " + memory
    }

    struct Reading: Sendable {
        /// Seconds since the processes began.
        var daemons = 0.0
        /// Seconds of everything that was ever in the cgroup; nil without one.
        var cgroup: Double?
        /// Seconds of the children that the daemons have reaped.
        var reaped = 0.0
        /// Seconds of the monitors that are alive, with the children that they have reaped.
        var monitors = 0.0
        var memory = StageResult.Memory()
    }

    /// Blocks: use `blocking`.
    func read() -> Reading {
        var reading = Reading()
        let monitors = monitors()
        let own = daemons.compactMap { ProcessFacts.read($0) }
        reading.daemons = own.reduce(0) { $0 + $1.ownCPU }
        reading.reaped = own.reduce(0) { $0 + $1.childrenCPU }
        reading.monitors = monitors.reduce(0) { $0 + $1.ownCPU + $1.childrenCPU }
        reading.cgroup = cgroup.flatMap { tree.counters(of: $0) }.map { Double($0.cpuNanoseconds) / 1e9 }
        reading.memory.daemons = Self.mebibytes(daemons)
        reading.memory.monitors = Self.mebibytes(monitors.map(\.pid))
        return reading
    }

    private static func mebibytes(_ pids: [Int32]) -> Double {
        Double(pids.compactMap { ProcessFacts.pss(of: $0) }.reduce(0, +)) / 1_048_576
    }

    private func monitors() -> [ProcessFacts] {
        let members = cgroup.map { Set(tree.processes(in: $0)) }
        return ProcessFacts.all().filter { facts in
            guard !daemons.contains(facts.pid), !before.contains(facts.pid) else { return false }
            guard PIDNamespace.of("\(facts.pid)") == namespace else { return false }
            if let members { return members.contains(facts.pid) }
            return Self.monitorNames.contains { facts.command.hasPrefix($0) }
        }
    }

    /// As /proc/PID/comm cuts them: fifteen bytes.
    private static let monitorNames = ["conmon", "containerd-shim"]
}

extension StageResult.CPU {
    /// What was used between two readings.
    /// - Parameter peak: taken while the monitors were alive; what they used counts where there is no cgroup.
    init(from start: ProcessAccount.Reading, peak: ProcessAccount.Reading, to end: ProcessAccount.Reading) {
        let daemons = end.daemons - start.daemons
        if let first = start.cgroup, let last = end.cgroup {
            self.init(daemons: daemons, spawned: max(0, last - first - daemons))
        } else {
            self.init(daemons: daemons, spawned: end.reaped - start.reaped + peak.monitors)
        }
    }
}

/// The name of a process's pid namespace: `pid:[4026531836]`.
enum PIDNamespace {
    /// - Parameter process: a pid or `self`.
    static func of(_ process: String) -> String? {
        // A process that is gone has none, which is all that a failure can mean here.
        try? Files.link(at: "/proc/\(process)/ns/pid")
    }
}
