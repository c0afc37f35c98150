// CONTRACT: signatures other modules build against. The owner replaces the bodies and splits this file, one type a file.
public import NIOCore

/// A program to start: nothing is inherited but what is named here.
package struct Command: Sendable {
    /// Absolute path, or a bare name searched in `/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/…`.
    package var program: String
    /// Without `argv[0]`.
    package var arguments: [String]
    /// `KEY=value` pairs; the daemon's own environment is not inherited.
    package var environment: [String]
    package var workingDirectory: String?
    /// A new session, so that signals to the daemon's process group pass it by (monitors need this).
    package var newSession: Bool
    /// Descriptor number in the child → descriptor of ours. 0, 1 and 2 are `/dev/null` unless named.
    package var descriptors: [Int32: Int32]

    package init(
        _ program: String, _ arguments: [String], environment: [String] = [Command.path],
        workingDirectory: String? = nil, newSession: Bool = false, descriptors: [Int32: Int32] = [:]
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.newSession = newSession
        self.descriptors = descriptors
    }
    package static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}

package enum ExitStatus: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// The shell's convention: the exit code, or 128 + the signal.
    package var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
    }
}

package struct CommandResult: Sendable {
    package var status: ExitStatus
    package var output: [UInt8]
    package var errors: [UInt8]
}

package struct SpawnFailure: Error, Sendable {
    package enum Reason: Sendable, Equatable { case notFound, errno(Int32), deadline, outputLimit }
    package let program: String
    package let reason: Reason
}

/// Starts programs and learns of their end. One lasting thread spawns and watches (pidfd + epoll); nothing else in the
/// process may wait for children.
package final class Processes: Sendable {
    package static let shared = Processes()
    private init() {}

    /// Starts a program and returns at once. The caller must await `wait(for:)` exactly once, which reaps it.
    package func start(_ command: Command) async throws(SpawnFailure) -> Int32 { fatalError("contract") }
    package func wait(for child: Int32) async -> ExitStatus { fatalError("contract") }
    /// Runs a short program to its end: input and output through memory files, killed at the deadline.
    package func run(
        _ command: Command, input: [UInt8] = [], deadline: Duration = .seconds(120), outputLimit: Int = 1 << 20
    ) async throws(SpawnFailure) -> CommandResult { fatalError("contract") }
    /// Waits until a process that need not be our child is gone; returns at once when it already is, or when the
    /// process with this pid did not start at `startTime` (clock ticks since boot, field 22 of /proc/PID/stat).
    package func end(of pid: Int32, startTime: UInt64) async { fatalError("contract") }
}

/// `errno` of a failed system call, with the call and its object.
package struct SystemFailure: Error, Sendable {
    package let call: String
    package let subject: String
    package let errno: Int32
}

/// Runs file and mount calls on a thread pool, never on an event loop or the cooperative pool.
package func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    fatalError("contract")
}

/// Files and folders, by path. Every call blocks: use `blocking`.
package enum Files {
    package static func read(_ path: String, limit: Int = 16 << 20) throws(SystemFailure) -> [UInt8] { fatalError("contract") }
    /// Temporary file in the same folder, fsync, rename, fsync of the folder.
    package static func writeDurably(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemFailure) { fatalError("contract") }
    package static func write(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws(SystemFailure) { fatalError("contract") }
    package static func makeFolders(_ path: String, mode: UInt32 = 0o755) throws(SystemFailure) { fatalError("contract") }
    package static func entries(of folder: String) throws(SystemFailure) -> [String] { fatalError("contract") }
    /// Removes a file or a whole tree, never following links and never crossing into another mount; missing is fine.
    package static func removeTree(_ path: String) throws(SystemFailure) { fatalError("contract") }
    package static func exists(_ path: String) -> Bool { fatalError("contract") }
    package static func symlink(_ target: String, at path: String) throws(SystemFailure) { fatalError("contract") }
    package static func rename(_ old: String, _ new: String) throws(SystemFailure) { fatalError("contract") }
    /// Bytes and inodes of a tree, as `du` counts them (blocks, hard links once).
    package static func usage(of tree: String) throws(SystemFailure) -> (bytes: UInt64, inodes: UInt64) { fatalError("contract") }
    /// Opens `path` beneath `root` with `openat2(RESOLVE_IN_ROOT)` and returns the real host path of what it found.
    package static func resolve(_ path: String, inside root: String) throws(SystemFailure) -> String { fatalError("contract") }
}

package enum Mounts {
    /// `options` is overlay's own string (`lowerdir=…,upperdir=…,workdir=…`).
    package static func overlay(lower: [String], upper: String, work: String, at target: String) throws(SystemFailure) { fatalError("contract") }
    package static func bind(_ source: String, at target: String, readOnly: Bool = false) throws(SystemFailure) { fatalError("contract") }
    /// Unmounts; what is not mounted is fine.
    package static func unmount(_ target: String, lazily: Bool = false) throws(SystemFailure) { fatalError("contract") }
    /// Mount points at or beneath a folder, deepest first, from /proc/self/mountinfo.
    package static func points(beneath folder: String) throws(SystemFailure) -> [String] { fatalError("contract") }
}

/// A network namespace kept alive by a bind mount, so that it outlives every process in it.
package enum NetworkNamespaces {
    /// Creates the namespace, brings `lo` up and binds it to `path` (made if missing).
    package static func create(at path: String) throws(SystemFailure) { fatalError("contract") }
    package static func delete(_ path: String) throws(SystemFailure) { fatalError("contract") }
    /// The IPv4 then IPv6 addresses of global scope on `interface` inside the namespace file at `path` (`/proc/PID/ns/net` too).
    package static func addresses(of interface: String, in path: String) throws(SystemFailure) -> [String] { fatalError("contract") }
}

/// What /proc says of one process.
package struct ProcessFacts: Sendable {
    package var pid: Int32
    package var parent: Int32
    package var command: String
    package var state: UInt8
    /// Clock ticks since boot.
    package var startTime: UInt64
    /// User + system time of the process, and of its reaped children, in seconds.
    package var ownCPU: Double
    package var childrenCPU: Double
    /// - Returns: nil when there is no such process.
    package static func read(_ pid: Int32) -> ProcessFacts? { fatalError("contract") }
    package static func all() -> [ProcessFacts] { fatalError("contract") }
    /// Proportional set size in bytes from smaps_rollup; nil when the process is gone.
    package static func pss(of pid: Int32) -> UInt64? { fatalError("contract") }
    package static func commandLine(of pid: Int32) -> [String] { fatalError("contract") }
}

/// The cgroup tree of this host, whichever version.
package struct CgroupTree: Sendable {
    package enum Version: String, Sendable, Codable { case v1, v2 }
    package let version: Version
    /// v1: controller → mount point. v2: "" → mount point.
    package let roots: [String: String]
    package static func detect() throws(SystemFailure) -> CgroupTree { fatalError("contract") }

    /// Counters of one cgroup (`path` begins with "/", as in the OCI `cgroupsPath`).
    package func counters(of path: String) -> CgroupCounters? { fatalError("contract") }
    /// Processes in the cgroup at `path` (pids).
    package func processes(in path: String) -> [Int32] { fatalError("contract") }
    /// Ancestors of `path` that do not exist yet, nearest the root first: what a removal may take away again.
    package func missingAncestors(of path: String) -> [String] { fatalError("contract") }
    /// Removes the cgroup in every hierarchy; missing and non-empty ones are passed over, the latter reported.
    @discardableResult
    package func remove(_ path: String) -> Bool { fatalError("contract") }
    /// Creates `path` in every hierarchy (or the v2 tree) and moves a process into it; used by the comparison.
    package func create(_ path: String) throws(SystemFailure) { fatalError("contract") }
    package func move(_ pid: Int32, into path: String) throws(SystemFailure) { fatalError("contract") }
    /// The cgroup path of a process in the cpuacct (v1) or unified (v2) hierarchy.
    package func path(of pid: Int32) -> String? { fatalError("contract") }
}

package struct CgroupCounters: Sendable, Equatable {
    package var cpuNanoseconds: UInt64 = 0
    package var cpuUserNanoseconds: UInt64 = 0
    package var cpuSystemNanoseconds: UInt64 = 0
    package var throttledPeriods: UInt64 = 0
    package var periods: UInt64 = 0
    package var throttledNanoseconds: UInt64 = 0
    package var memoryBytes: UInt64 = 0
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

/// What this process may hand on to a container.
package struct DaemonRights: Sendable {
    /// Names without `CAP_`… with it: `CAP_NET_ADMIN`, from CapBnd ∩ CapPrm.
    package let capabilities: Set<String>
    /// The lowest oom_score_adj we may give away: 0 … −1000; our own value when CAP_SYS_RESOURCE is missing.
    package let lowestOOMScore: Int
    package static func read() throws(SystemFailure) -> DaemonRights { fatalError("contract") }
}

package enum Signals {
    /// `TERM`, `SIGTERM`, `15`, `RTMIN+3` → number.
    package static func number(named name: String) -> Int32? { fatalError("contract") }
    /// Sends a signal; a process that is gone answers false.
    @discardableResult
    package static func send(_ signal: Int32, to pid: Int32) throws(SystemFailure) -> Bool { fatalError("contract") }
}

/// Wall-clock time as the two protocols write it.
package struct Timestamp: Sendable, Codable, Hashable, Comparable {
    /// Nanoseconds since 1970 in UTC; 0 means "never".
    package var nanoseconds: Int64
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package static let never = Timestamp(nanoseconds: 0)
    package static func now() -> Timestamp { fatalError("contract") }
    /// RFC 3339 with up to nine digits, `Z`; `never` is `0001-01-01T00:00:00Z` (Docker's zero time).
    package var rfc3339: String { fatalError("contract") }
    package init?(rfc3339: String) { fatalError("contract") }
    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }
}
