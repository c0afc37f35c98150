import Linux
import Logging
import Trace

/// Starts a stage's daemons, each comparison in a folder and a cgroup of its own, and ends them whatever happens.
struct StageProcesses: Sendable {
    let definition: StageDefinition
    let folder: String
    /// Holds everything of the stage: the daemons and what they spawn in one cgroup beneath it, the pods in another.
    let cgroup: String
    /// The daemons and what they spawn, but not the containers, which have cgroups of their own.
    private var daemonCgroup: String { cgroup + "/daemons" }
    let tree: CgroupTree
    let limits: ComparisonLimits
    let log: Logger

    /// - Parameter folder: made here; the stage's state, sockets and logs.
    init(
        _ definition: StageDefinition, folder: String, cgroup: String, tree: CgroupTree, limits: ComparisonLimits,
        log: Logger
    ) {
        self.definition = definition.placed(in: folder)
        self.folder = folder
        self.cgroup = cgroup
        self.tree = tree
        self.limits = limits
        self.log = log
    }

    /// - Parameters:
    ///   - body: runs while the daemons do.
    ///   - ended: runs after they have ended and before their folder goes: for what they wrote at their end.
    func around<R: Sendable, S: Sendable>(
        _ body: (RunningStage) async throws -> R, ended: @Sendable @escaping () throws -> S
    ) async throws -> (R, S) {
        try await blocking {
            try Files.makeFolders(folder)
            try tree.create(daemonCgroup)
        }
        var started: [Int32] = []
        let result: Result<R, any Error>
        do {
            for daemon in definition.daemons { started.append(try await start(daemon)) }
            let stage = RunningStage(
                name: definition.name, criSocket: definition.criSocket, daemons: started, cgroup: daemonCgroup)
            result = .success(try await body(stage))
        } catch {
            result = .failure(error)
        }
        let daemons = started
        // The daemons must be ended after a cancellation too, when waits of this task end before they begin: hence a
        // task of its own, awaited here.
        let outcome = await Task { () async -> Result<S, any Error> in
            for pid in daemons.reversed() { await end(pid) }
            let last: Result<S, any Error>
            do {
                last = .success(try await blocking(ended))
            } catch {
                last = .failure(error)
            }
            do {
                try await clear()
                return last
            } catch {
                return .failure(error)
            }
        }.value
        return (try result.get(), try outcome.get())
    }

    private func logFile(_ daemon: StageDefinition.Daemon) -> String { "\(folder)/\(daemon.name).log" }

    private func start(_ daemon: StageDefinition.Daemon) async throws -> Int32 {
        // The shell is replaced by the daemon; it is there to send standard error to the log.
        let program = try await blocking {
            // Ourselves, not the shell.
            daemon.program == "/proc/self/exe" ? try Files.link(at: daemon.program) : daemon.program
        }
        let command = Command(
            "/bin/sh", ["-c", #"exec "$@" 2>>"$0""#, logFile(daemon), program] + daemon.arguments,
            newSession: true)
        let pid: Int32
        do {
            pid = try await Processes.shared.start(command)
        } catch {
            throw ComparisonFailure("\(definition.name): \(daemon.name) cannot be started (\(error.reason))")
        }
        do {
            try await blocking { try tree.move(pid, into: daemonCgroup) }
            try await waitUntilReady(daemon, pid)
        } catch {
            await Task { await end(pid) }.value  // As above: also after a cancellation.
            throw error
        }
        return pid
    }

    private func waitUntilReady(_ daemon: StageDefinition.Daemon, _ pid: Int32) async throws {
        let deadline = ContinuousClock.now + limits.readiness
        while true {
            let (bound, alive) = try await blocking {
                (Files.exists(daemon.socket), ProcessFacts.read(pid).map { $0.state != UInt8(ascii: "Z") } ?? false)
            }
            if bound { return }
            guard alive, ContinuousClock.now < deadline else {
                let what = alive ? "has no socket after \(limits.readiness)" : "ended at once"
                throw ComparisonFailure("\(definition.name): \(daemon.name) \(what)\(try await lastWords(daemon))")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The end of a daemon's log, as part of a sentence.
    private func lastWords(_ daemon: StageDefinition.Daemon) async throws -> String {
        let path = logFile(daemon)
        return try await blocking {
            guard Files.exists(path) else { return "" }
            let lines = String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n").suffix(3)
            return lines.isEmpty ? "" : "; its log ends with: " + lines.joined(separator: " / ")
        }
    }

    private func end(_ pid: Int32) async {
        await withTaskGroup { group in
            group.addTask {
                _ = await Processes.shared.wait(for: pid)
                return true
            }
            group.addTask {
                do {
                    try Signals.send(15, to: pid)
                    try await Task.sleep(for: limits.ending)
                    log.warning(
                        "a daemon did not end in time", metadata: ["stage": "\(definition.name)", "pid": "\(pid)"])
                    try Signals.send(9, to: pid)
                } catch {
                    // Cancelled because the daemon has ended: what was wanted.
                }
                return false
            }
            while let ended = await group.next() {
                if ended { group.cancelAll() }
            }
        }
    }

    /// Ends what a daemon that failed has left: processes, cgroups, mounts, folder.
    private func clear() async throws {
        let killed = try await blocking {
            let killed = try CgroupSweep(tree: tree, root: cgroup).run()
            for point in try Mounts.points(beneath: folder) { try Mounts.unmount(point, lazily: true) }
            try Files.removeTree(folder)
            return killed
        }
        guard killed > 0 else { return }
        log.warning(
            "ended processes that a stage had left", metadata: ["stage": "\(definition.name)", "count": "\(killed)"])
    }
}
