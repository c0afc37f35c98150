import Faults
import Linux

extension LocalCore {
    /// Brings records and host together again after a daemon's death, at any point: running containers are found running,
    /// half-made ones are undone, half-removed ones are removed, and what belongs to no record goes.
    ///
    /// One container that cannot be mended is logged and does not keep the others from it.
    func recover(boot: String) async throws(OxbowError) {
        let survivors = try await launcher.survivors()
        let found = try await store.load(boot: boot)
        for (id, stored) in found {
            guard let stored else {
                await mended(id) { () async throws(OxbowError) in try await self.undoMaking(id, survivors[id]) }
                continue
            }
            table.insert(stored)
            _ = ancestors.add(stored.cgroupAncestors, of: stored.record.cgroupPath)
        }
        // After all are in the table: a container may share namespaces with another.
        for (id, stored) in found {
            guard let stored else { continue }
            await mended(id) { () async throws(OxbowError) in try await self.mend(stored, survivors[id], boot: boot) }
        }
        let known = Set(found.map(\.id))
        for (id, survivor) in survivors where !known.contains(id) {
            await mended(id) { () async throws(OxbowError) in try await self.undoMaking(id, survivor) }
        }
        for id in try await holder.held() where table.row(id)?.stored.networkAttached != true {
            await mended(id) { () async throws(OxbowError) in try await self.holder.release(id) }
        }
        let consoles = folders.consoles
        try await host("consoles") {
            for name in try Files.entries(of: consoles) { try Files.removeFile(consoles + "/" + name) }
        }
    }

    private func mended(_ id: String, _ body: () async throws(OxbowError) -> Void) async {
        do throws(OxbowError) { try await body() } catch {
            log.error("recovery", metadata: ["id": "\(id)", "error": "\(error)"])
        }
    }

    /// Takes away what has no record: a creation that was cut short, or files of a container that is gone.
    private func undoMaking(_ id: String, _ survivor: Survivor?) async throws(OxbowError) {
        if let survivor { await launcher.abandon(survivor) }
        for handler in discovery.runtimes.keys.sorted() { try await launcher.delete(id, handler: handler) }
        let (folders, snapshots) = (folders, snapshots)
        try await host("container") {
            try snapshots.unmountAll(id)
            for path in [folders.exit(id), folders.container(id), folders.bundle(id)] { try Files.removeTree(path) }
        }
        log.notice("took away what a dead daemon left", metadata: ["id": "\(id)"])
    }

    private func finding(_ stored: StoredRecord, _ survivor: Survivor?, boot: String) -> ContainerLife.Finding {
        // A run folder on a disk may hold an exit of an earlier boot: it is as true as any.
        if stored.boot != boot { return survivor?.exit.flatMap { exit in exit.code.map { .ended($0) } } ?? .otherBoot }
        guard let survivor else { return .gone }
        if survivor.monitor != nil { return .monitored }
        if let code = survivor.exit?.code { return .ended(code) }
        return survivor.pid != nil ? .unwatched : .gone
    }

    private func mend(_ stored: StoredRecord, _ survivor: Survivor?, boot: String) async throws(OxbowError) {
        let id = stored.record.id
        var life = ContainerLife(stored.phase)
        let mending = life.recover(finding(stored, survivor, boot: boot))
        _ = table.change(id) { row in row.stored.phase = life.phase }
        switch mending {
        case .keep:
            // The cleaning up behind an exit may have been cut short; after a restart of the machine an address may be
            // taken still, since those are kept on disk.
            try await releaseRun(id, network: stored.boot != boot || releasedAtExit(stored))
        case .adopt:
            guard let monitor = survivor?.monitor, let survivor else { return }
            // A process that has just ended has no pid any more; its monitor is about to tell.
            let process = LaunchedProcess(
                pid: survivor.pid ?? stored.record.pid,
                startTime: survivor.pid == nil ? stored.process?.startTime ?? 0 : survivor.startTime, monitor: monitor,
                monitorStartTime: survivor.monitorStartTime)
            guard let changed = table.change(id, { $0.stored.process = process }) else { return }
            watchers.add { await self.watch(id, run: changed.row.run, process) }
            log.info("found running", metadata: ["id": "\(id)"])
        case .undoStart:
            if let survivor { await launcher.abandon(survivor) }
            try await releaseRun(id, network: true)
            try await saved(id) { stored in
                stored.process = nil
                stored.record.pid = 0
                stored.record.startedAt = 0
                stored.record.finishedAt = Timestamp.now().nanoseconds
                stored.record.startError = "container: its start was cut short by the daemon's end"
            }
        case .recordExit(let code, let reason):
            try await recordLateExit(stored, code, survivor?.exit, reason)
        case .killUnwatched:
            if let survivor { await launcher.abandon(survivor) }
            try await recordLateExit(stored, ContainerLife.killedExit, nil, "ran without a monitor and was killed")
        case .finishRemoval:
            if let survivor { await launcher.abandon(survivor) }
            if let row = table.row(id) { try await takeAway(row, Stopwatch()) }
        }
    }

    private func recordLateExit(
        _ stored: StoredRecord, _ code: Int32, _ notice: ExitNotice?, _ reason: String
    ) async throws(OxbowError) {
        let id = stored.record.id
        if !reason.isEmpty { log.warning("container \(reason)", metadata: ["id": "\(id)", "code": "\(code)"]) }
        let cgroups = cgroups
        let path = stored.record.cgroupPath
        let outOfMemory = try await host("cgroup") { (cgroups.counters(of: path)?.oomKills ?? 0) > 0 }
        try await saved(id) { stored in
            stored.process = nil
            stored.record.pid = 0
            stored.record.exitCode = code
            stored.record.finishedAt = notice?.finishedAt ?? Timestamp.now().nanoseconds
            stored.record.oomKilled = outOfMemory || notice?.outOfMemory == true
        }
        if let row = table.row(id) { row.exit.set(row.record) }
        // Addresses outlast a restart of the machine, namespaces do not.
        try await releaseRun(id, network: stored.boot != table.boot || releasedAtExit(stored))
    }

    private func releasedAtExit(_ stored: StoredRecord) -> Bool {
        if case .pod(_, let releasedAtExit) = stored.record.spec.network { releasedAtExit } else { false }
    }

    private func saved(_ id: String, _ body: (inout StoredRecord) -> Void) async throws(OxbowError) {
        guard let changed = table.change(id, { body(&$0.stored) }) else { return }
        try await store.write(changed.row.stored, .durable)
    }
}
