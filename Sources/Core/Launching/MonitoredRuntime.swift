package import Faults
import FoundationEssentials
import Linux
package import Logging
package import NIOCore
package import OCI
import Synchronization

/// Containers launched by an OCI runtime's command line, each under its own conmon.
package final class MonitoredRuntime: Launcher {
    /// How long a runtime may take for one command.
    package static let commandDeadline = Duration.seconds(60)

    let folders: CoreFolders
    let conmon: String
    /// Handler → program.
    let runtimes: [String: String]
    let group: any EventLoopGroup
    let watchers: Watchers
    let log: Logger
    /// Monitors that are our own children: they are reaped, others only watched.
    private let children = Mutex<Set<Int32>>([])
    let execNumber = Mutex<UInt64>(0)
    private let filters = CompiledFilters()

    package init(
        folders: CoreFolders, conmon: String, runtimes: [String: String], group: any EventLoopGroup,
        watchers: Watchers, log: Logger
    ) {
        self.folders = folders
        self.conmon = conmon
        self.runtimes = runtimes
        self.group = group
        self.watchers = watchers
        self.log = log
    }

    func program(_ handler: String) throws(OxbowError) -> String {
        guard let program = runtimes[handler] else {
            throw OxbowError(.badRequest, "runtime handler: unknown (\(handler))")
        }
        return program
    }

    // MARK: Start

    package func amend(_ document: RuntimeSpec, handler: String) -> RuntimeSpec {
        handler == "crun" ? filters.amend(document) : document
    }

    package func create(_ order: LaunchOrder) async throws(OxbowError) -> LaunchedProcess {
        let runtime = try program(order.handler)
        let pipe: (read: Int32, write: Int32)
        do { pipe = try Descriptors.pipe() } catch {
            throw OxbowError(.ours, "monitor: no pipe", origin: error)
        }
        let command = MonitorCommand.make(
            conmon: conmon, runtime: runtime, order: order, folders: folders, report: pipe.write)
        let monitor: Int32
        do {
            monitor = try await Processes.shared.start(command)
        } catch {
            Descriptors.close(pipe.write)
            Descriptors.close(pipe.read)
            throw OxbowError(.ours, "monitor: cannot be started", origin: error)
        }
        Descriptors.close(pipe.write)
        children.withLock { _ = $0.insert(monitor) }
        let startTime = ProcessFacts.read(monitor)?.startTime ?? 0
        do {
            let line = try await report(pipe.read)
            let pid = try MonitorReport.pid(from: line)
            await learnFilter(order)
            return LaunchedProcess(
                pid: pid, startTime: ProcessFacts.read(pid)?.startTime ?? 0, monitor: monitor,
                monitorStartTime: startTime)
        } catch {
            // After a failed create the monitor ends by itself; past the deadline it must be helped, with the runtime that
            // it has started.
            if error.kind == .tooLate || error.kind == .cancelled {
                // What cannot be killed shows when the cgroup cannot be removed.
                _ = try? await blocking { try ProcessTree.kill(monitor) { _ in true } }
            }
            _ = await Processes.shared.wait(for: monitor)
            children.withLock { _ = $0.remove(monitor) }
            throw error
        }
    }

    private func learnFilter(_ order: LaunchOrder) async {
        guard order.handler == "crun", let seccomp = order.seccomp, filters.wants(seccomp) else { return }
        let path = folders.runtime(order.handler) + "/" + order.id + "/seccomp.bpf"
        // Another version of crun may keep it elsewhere: then every creation compiles it.
        guard let filter = try? await blocking({ try Files.read(path, limit: CompiledFilters.filterBytes) }) else {
            return
        }
        filters.learn(seccomp, filter)
    }

    /// The monitor's first line. Takes the descriptor.
    func report(_ descriptor: Int32) async throws(OxbowError) -> [UInt8] {
        let streams = try await StreamChannels.reading(descriptor, on: group).streams
        let line = await line(from: streams)
        await streams.close()
        return try line.get()
    }

    func line(from streams: ProcessStreams) async -> Result<[UInt8], OxbowError> {
        await Deadline.run(Self.commandDeadline) { () async throws(OxbowError) -> [UInt8] in
            var line: [UInt8] = []
            while line.count < MonitorReport.limit, let chunk = try await streams.next() {
                line += chunk.bytes.readableBytesView
                if line.last == UInt8(ascii: "\n") { break }
            }
            return line
        }
    }

    package func start(_ order: LaunchOrder) async throws(OxbowError) {
        try await run("start", order.handler, [order.id])
    }

    // MARK: End

    package func end(of process: LaunchedProcess, id: String) async -> ExitNotice {
        await Processes.shared.end(of: process.monitor, startTime: process.monitorStartTime)
        // Cancelled: the daemon ends, and the monitor goes on.
        if !Task.isCancelled, children.withLock({ $0.remove(process.monitor) != nil }) {
            _ = await Processes.shared.wait(for: process.monitor)
        }
        return await exitNotice(id) ?? ExitNotice(code: nil, finishedAt: Timestamp.now().nanoseconds)
    }

    func exitNotice(_ id: String) async -> ExitNotice? {
        let (path, oom) = (folders.exit(id), folders.bundle(id) + "/oom")
        // A file that cannot be read is the same as none: the caller then knows no exit code.
        return try? await blocking {
            guard let bytes = try? Files.read(path, limit: 64), let time = Files.modified(path),
                let code = Int32(String(decoding: bytes, as: UTF8.self).filter { $0.isNumber || $0 == "-" })
            else { return nil }
            return ExitNotice(code: code, finishedAt: time, outOfMemory: Files.exists(oom))
        }
    }

    package func delete(_ id: String, handler: String) async throws(OxbowError) {
        // Both runtimes keep one folder a container: without it there is nothing to delete.
        let (state, exit, bundle) = (folders.runtime(handler) + "/" + id, folders.exit(id), folders.bundle(id))
        let known = (try? await blocking { Files.exists(state) }) ?? true
        if known { try await run("delete", handler, ["--force", id]) }
        do {
            try await blocking {
                try Files.removeTree(exit)
                for name in ["oom", "attach", "ctl", "winsz", "pid"] { try Files.removeTree(bundle + "/" + name) }
            }
        } catch {
            throw OxbowError(.ours, "bundle: cannot be cleared (\(id))", origin: error)
        }
    }

    // MARK: While it runs

    package func update(_ id: String, handler: String, _ resources: RuntimeSpec.Resources) async throws(OxbowError) {
        let document: [UInt8]
        do { document = [UInt8](try JSONEncoder().encode(resources)) } catch {
            throw OxbowError(.ours, "resources: cannot be written", origin: error)
        }
        try await run("update", handler, ["--resources", "-", id], input: document)
    }

    package func attach(_ id: String, input: Bool) async throws(OxbowError) -> ProcessStreams {
        let bundle = folders.bundle(id)
        let descriptor: Int32
        do {
            descriptor = try await blocking { try UnixSockets.connect(folder: bundle, name: "attach", .packets) }
        } catch {
            throw OxbowError(.wrongState, "container: its monitor does not answer (\(id))", origin: error)
        }
        return try await StreamChannels.packets(descriptor, input: input, on: group).streams
    }

    package func resize(_ id: String, width: UInt16, height: UInt16) async throws(OxbowError) {
        try await control(id, "1 \(height) \(width)\n")
    }

    /// conmon reads lines of three numbers from its fifo: kind (1 size, 2 log), height, width.
    func control(_ id: String, _ line: String) async throws(OxbowError) {
        let fifo = folders.bundle(id) + "/ctl"
        try await tell(fifo, line, of: id)
    }

    func tell(_ fifo: String, _ line: String, of id: String) async throws(OxbowError) {
        do { try await blocking { try Descriptors.writeToFifo(fifo, line) } } catch {
            throw OxbowError(.wrongState, "container: its monitor does not answer (\(id))", origin: error)
        }
    }

    // MARK: The runtime's command line

    func run(
        _ verb: String, _ handler: String, _ arguments: [String], input: [UInt8] = []
    ) async throws(OxbowError) {
        let command = Command(
            try program(handler), ["--root=" + folders.runtime(handler), verb] + arguments, newSession: true)
        let result: CommandResult
        do {
            result = try await Processes.shared.run(command, input: input, deadline: Self.commandDeadline)
        } catch {
            throw OxbowError(
                error.reason == .deadline ? .tooLate : .ours, "container: OCI runtime \(verb) failed", origin: error)
        }
        guard result.status == .exited(0) else {
            throw RuntimeWords.failure(of: verb, String(decoding: result.errors, as: UTF8.self))
        }
    }

    func signal(_ number: Int32, _ pid: Int32) {
        // A process that is gone is what SIGKILL was for; another failure shows when its end is waited for in vain.
        _ = try? Signals.send(number, to: pid)
    }
}
