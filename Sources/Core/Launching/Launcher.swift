package import Faults
package import OCI

/// The seam for launching: what turns a bundle into a process and keeps watch over it. Today the OCI command line under a
/// monitor (`MonitoredRuntime`).
package protocol Launcher: Sendable {
    /// The bundle's document with what this launcher adds for its runtime.
    func amend(_ document: RuntimeSpec, handler: String) -> RuntimeSpec
    /// Makes the process, which waits for `start`. A process that was made goes on when this daemon dies.
    /// - Throws: the runtime's own words; nothing is left then but what `delete` takes away.
    func create(_ order: LaunchOrder) async throws(OxbowError) -> LaunchedProcess
    func start(_ order: LaunchOrder) async throws(OxbowError)
    /// Returns when the process and its monitor are gone; to be awaited once for each `create` or `adopt`.
    func end(of process: LaunchedProcess, id: String) async -> ExitNotice
    /// Kills what is left and makes the runtime forget the container. What it does not know is fine.
    func delete(_ id: String, handler: String) async throws(OxbowError)
    func update(_ id: String, handler: String, _ resources: RuntimeSpec.Resources) async throws(OxbowError)
    func attach(_ id: String, input: Bool) async throws(OxbowError) -> ProcessStreams
    func exec(_ order: ExecOrder) async throws(OxbowError) -> ExecProcess
    /// Makes the monitor write to a new file called `path`, unless what has this name is the file that it writes to; when
    /// this returns it has done so, and nothing more comes into the old one.
    func reopenLog(_ id: String, monitor: Int32, path: String) async throws(OxbowError)
    func resize(_ id: String, width: UInt16, height: UInt16) async throws(OxbowError)

    /// What a predecessor of this daemon left, by container id.
    func survivors() async throws(OxbowError) -> [String: Survivor]
    /// Ends a monitor and everything beneath it.
    func abandon(_ survivor: Survivor) async
}

/// What `create` needs besides the bundle's `config.json`, which lies in the bundle folder already.
package struct LaunchOrder: Sendable {
    package var id: String
    package var name: String
    package var handler: String
    package var terminal: Bool
    package var input: Bool
    /// Standard input outlives the first client that goes away.
    package var keepInputOpen: Bool
    /// "" → output is not kept.
    package var logPath: String
    package var logBytes: Int64?
    /// The profile in the bundle's document.
    package var seccomp: RuntimeSpec.Seccomp?
    package init(
        id: String, name: String, handler: String, terminal: Bool = false, input: Bool = false,
        keepInputOpen: Bool = false, logPath: String = "", logBytes: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.handler = handler
        self.terminal = terminal
        self.input = input
        self.keepInputOpen = keepInputOpen
        self.logPath = logPath
        self.logBytes = logBytes
    }
}

package struct ExecOrder: Sendable {
    package var id: String
    package var handler: String
    package var process: RuntimeSpec.Process
    package var input: Bool
    package init(id: String, handler: String, process: RuntimeSpec.Process, input: Bool) {
        self.id = id
        self.handler = handler
        self.process = process
        self.input = input
    }
}

/// How a container's process ended.
package struct ExitNotice: Sendable, Equatable {
    /// nil: the monitor was killed before it could say.
    package var code: Int32?
    /// Nanoseconds since 1970.
    package var finishedAt: Int64
    /// The monitor saw the kernel's out-of-memory killer at work.
    package var outOfMemory: Bool
    package init(code: Int32?, finishedAt: Int64, outOfMemory: Bool = false) {
        self.code = code
        self.finishedAt = finishedAt
        self.outOfMemory = outOfMemory
    }
}

/// What is left of one container after a daemon's death.
package struct Survivor: Sendable, Equatable {
    /// The monitor, when it lives.
    package var monitor: Int32?
    package var monitorStartTime: UInt64
    /// The first process, when it lives.
    package var pid: Int32?
    package var startTime: UInt64
    /// The exit code, when one was written.
    package var exit: ExitNotice?
    package init(
        monitor: Int32? = nil, monitorStartTime: UInt64 = 0, pid: Int32? = nil, startTime: UInt64 = 0,
        exit: ExitNotice? = nil
    ) {
        self.monitor = monitor
        self.monitorStartTime = monitorStartTime
        self.pid = pid
        self.startTime = startTime
        self.exit = exit
    }
}
