package import Faults
import Linux

extension LocalCore {
    /// How long the kernel may take to end a process after SIGKILL.
    package static let killDeadline = Duration.seconds(30)

    package func signal(_ id: String, _ signal: Int32) async throws(OxbowError) {
        let row = try table.require(id)
        guard row.life.phase == .running, let process = row.stored.process else {
            throw OxbowError(.wrongState, "container: not running (\(id))")
        }
        try await send(signal, to: process)
    }

    package func stop(_ id: String, grace: Duration) async throws(OxbowError) {
        let watch = Stopwatch()
        // Behind a start that is under way.
        let row = try await queues.run(id) { () async throws(OxbowError) in try table.require(id) }
        if row.life.phase == .running { try await end(row, grace: grace) }
        try await queues.run(id) { () async throws(OxbowError) in
            // Removed meanwhile: nothing is left to detach.
            guard let row = table.row(id), row.stored.networkAttached else { return }
            try await watch.time(.detach) { () async throws(OxbowError) in try await detachNetwork(row.record) }
        }
        let timings = watch.finish()
        breakdown.add(timings, to: .stop)
        log.debug("stopped", metadata: ["id": "\(id)", "timings": "\(timings.text)"])
    }

    /// Signals the process and waits until its exit is recorded.
    func end(_ row: ContainerTable.Row, grace: Duration) async throws(OxbowError) {
        guard let process = row.stored.process else { return }
        let id = row.record.id
        if grace > .zero {
            let signal = row.record.spec.stopSignal
            try await send(signal == 0 ? StopSignals.terminate : signal, to: process)
            if await exited(row, within: grace) { return }
            if Task.isCancelled { throw OxbowError(.cancelled, "stop: cancelled") }
        }
        try await send(StopSignals.kill, to: process)
        // Where the process shares its PID namespace, what it has started is not killed with it.
        if row.record.spec.namespaces.pid != .own { await killLeftovers(row.record) }
        guard await exited(row, within: Self.killDeadline) else {
            if Task.isCancelled { throw OxbowError(.cancelled, "stop: cancelled") }
            throw OxbowError(.ours, "container: did not end within \(Self.killDeadline) of SIGKILL (\(id))")
        }
    }

    private func exited(_ row: ContainerTable.Row, within limit: Duration) async -> Bool {
        let latch = row.exit
        let ended = await Deadline.run(limit) { () async throws(OxbowError) -> Bool in await latch.wait() != nil }
        return (try? ended.get()) ?? false
    }

    func killLeftovers(_ record: ContainerRecord) async {
        let cgroups = cgroups
        do {
            try await blocking {
                for pid in cgroups.processes(in: record.cgroupPath) { try Signals.send(StopSignals.kill, to: pid) }
            }
        } catch {
            log.warning("leftover processes", metadata: ["id": "\(record.id)", "error": "\(error)"])
        }
    }

    /// The pid may have been reused since the process ended: then nothing is sent.
    private func send(_ signal: Int32, to process: LaunchedProcess) async throws(OxbowError) {
        do {
            try await blocking {
                guard ProcessFacts.read(process.pid)?.startTime == process.startTime else { return }
                try Signals.send(signal, to: process.pid)
            }
        } catch {
            throw OxbowError(.badRequest, "signal: cannot be sent (\(signal))", origin: error)
        }
    }

    package func exit(of id: String) async throws(OxbowError) -> ContainerRecord {
        let row = try table.require(id)
        if row.life.phase == .exited { return row.record }
        guard let record = await row.exit.wait() else { throw OxbowError(.cancelled, "wait: cancelled") }
        return record
    }

    // MARK: The exit

    /// Waits for one run's end, records it and clears up behind it.
    func watch(_ id: String, run: UInt64, _ process: LaunchedProcess) async {
        var notice = await launcher.end(of: process, id: id)
        // The daemon ends; the container goes on, and the next daemon finds it.
        if Task.isCancelled { return }
        if notice.code == nil {
            notice = await settle(id, process, notice)
        }
        await recordExit(id, run: run, notice)
    }

    /// A monitor that was killed takes the exit code and the output with it: a process that still lives is killed, since
    /// nobody would notice its end, and counts as killed (137); one that is gone has an unknown code (255).
    private func settle(_ id: String, _ process: LaunchedProcess, _ notice: ExitNotice) async -> ExitNotice {
        var notice = notice
        let alive = ProcessFacts.read(process.pid).map {
            $0.startTime == process.startTime && $0.state != UInt8(ascii: "Z")
        }
        if alive == true {
            log.warning("container without monitor: killed", metadata: ["id": "\(id)"])
            // It may end by itself in between, which serves as well.
            try? await send(StopSignals.kill, to: process)
            await Processes.shared.end(of: process.pid, startTime: process.startTime)
            notice.code = ContainerLife.killedExit
        } else {
            log.warning("monitor ended without an exit code", metadata: ["id": "\(id)"])
            notice.code = ContainerLife.unknownExit
        }
        notice.finishedAt = Timestamp.now().nanoseconds
        return notice
    }

    func recordExit(_ id: String, run: UInt64, _ notice: ExitNotice) async {
        guard let row = table.row(id), row.run == run else { return }
        await configuration.output?.finish(row.record)
        let outOfMemory = notice.outOfMemory ? true : await killedForMemory(row.record)
        guard
            let taken = try? table.take(
                id, .exited,
                then: { row in
                    row.stored.process = nil
                    row.stored.record.pid = 0
                    row.stored.record.exitCode = notice.code ?? ContainerLife.unknownExit
                    // A file's time is that of the kernel's last tick, which may lie before the start.
                    row.stored.record.finishedAt = max(notice.finishedAt, row.stored.record.startedAt)
                    row.stored.record.oomKilled = outOfMemory
                }), taken.step == .announce
        else { return }
        do throws(OxbowError) { try await store.write(taken.row.stored, .durable) } catch {
            // The exit stands in memory; after a restart the exit file tells it again.
            log.error("record", metadata: ["id": "\(id)", "error": "\(error)"])
        }
        // First: whoever waits for the exit may remove the container, and that must be announced after this.
        announce(.exited, taken.row.record)
        taken.row.exit.set(taken.row.record)
        do throws(OxbowError) {
            try await queues.run(id) { () async throws(OxbowError) in
                // A start or a removal that came first has done this already.
                guard let row = table.row(id), row.run == run, row.life.phase == .exited else { return }
                var network = false
                if case .pod(_, let releasedAtExit) = row.record.spec.network { network = releasedAtExit }
                try await releaseRun(id, network: network)
            }
        } catch {
            // Tried again by the removal.
            log.warning("clearing up after an exit", metadata: ["id": "\(id)", "error": "\(error)"])
        }
    }

    private func killedForMemory(_ record: ContainerRecord) async -> Bool {
        let cgroups = cgroups
        // No counters, no out-of-memory kill.
        return (try? await blocking { (cgroups.counters(of: record.cgroupPath)?.oomKills ?? 0) > 0 }) ?? false
    }

    /// Lets go of what one run holds: the runtime's state with the cgroup, shared memory and, if asked, the network.
    /// Idempotent; to be called in the container's queue.
    func releaseRun(_ id: String, network: Bool) async throws(OxbowError) {
        guard let row = table.row(id) else { return }
        let record = row.record
        async let detached = Result.of { () async throws(OxbowError) in
            if network, row.stored.networkAttached { try await self.detachNetwork(record) }
        }
        let cleared = await Result.of { () async throws(OxbowError) in
            guard row.stored.runtimeState else { return }
            if record.spec.namespaces.pid != .own { await killLeftovers(record) }
            try await launcher.delete(id, handler: record.runtime)
            let (snapshots, cgroups) = (snapshots, cgroups)
            try await host("shared memory") {
                try snapshots.unmountSharedMemory(id)
                // What the runtime has left of it, e.g. when it was killed while it made it.
                cgroups.remove(record.cgroupPath)
            }
            if let changed = table.change(id, { $0.stored.runtimeState = false }) {
                try await store.write(changed.row.stored, .live)
            }
        }
        try await detached.get()
        try cleared.get()
    }

    /// Detaches the pod network and lets go of its namespace. Idempotent; to be called in the container's queue.
    func detachNetwork(_ record: ContainerRecord) async throws(OxbowError) {
        guard case .pod(let request, _) = record.spec.network else { return }
        let path = folders.networkNamespace(record.id)
        let there = try await host("network namespace") { NetworkNamespaces.isOne(path) }
        try await network.detach(request, namespacePath: there ? path : "")
        try await holder.release(record.id)
        let changed = table.change(record.id) { row in
            row.stored.networkAttached = false
            row.stored.record.network = nil
            row.stored.record.networkNamespace = ""
        }
        if let changed { try await store.write(changed.row.stored, .live) }
    }
}
