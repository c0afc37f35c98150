import CNI
package import Faults
import FoundationEssentials
import Linux
import OCI

extension LocalCore {
    package func start(
        _ id: String, beforeStart: @escaping @Sendable () async -> Void
    ) async throws(OxbowError) {
        try await queues.run(id) { () async throws(OxbowError) in
            let watch = Stopwatch()
            let now = Timestamp.now().nanoseconds
            let before = try table.require(id)
            let hadState = before.stored.runtimeState
            // Of an earlier run, or of a start whose undoing failed: an attachment must not be made twice.
            if before.stored.networkAttached, before.life.phase != .running { try await detachNetwork(before.record) }
            let cgroups = cgroups
            let path = before.record.cgroupPath
            let ancestors = ancestors.add(
                try await host("cgroup") { cgroups.missingAncestors(of: path) }, of: path)
            let (row, _) = try table.take(id, .startRequested) { row in
                if row.exit.value != nil { row.exit = Latch() }
                row.run += 1
                row.stored.runtimeState = true
                row.stored.process = nil
                row.stored.cgroupAncestors = ancestors
                if case .pod = row.record.spec.network {
                    row.stored.networkAttached = true
                    row.stored.record.networkNamespace = self.folders.networkNamespace(id)
                }
                // Until the process has begun; recovery shows it if the machine goes down in between.
                row.stored.record.startedAt = now
                row.stored.record.startError = ""
                (row.stored.record.exitCode, row.stored.record.finishedAt) = (0, 0)
                row.stored.record.oomKilled = false
            }
            do throws(OxbowError) {
                let process = try await launch(row, deleteFirst: hadState, watch, beforeStart)
                watchers.add { await self.watch(id, run: row.run, process) }
            } catch {
                await undoStart(id, error)
                throw error
            }
            let timings = watch.finish()
            breakdown.add(timings, to: .start)
            log.debug("started", metadata: ["id": "\(id)", "timings": "\(timings.text)"])
        }
    }

    /// What happens at once: the network is attached and the start made durable while the monitor and the runtime make the
    /// process. The namespace must be there before either, and both must be done before the process begins.
    private func launch(
        _ row: ContainerTable.Row, deleteFirst: Bool, _ watch: Stopwatch, _ beforeStart: @Sendable () async -> Void
    ) async throws(OxbowError) -> LaunchedProcess {
        let record = row.record
        let id = record.id
        let (store, folders) = (store, folders)
        // The first thing written: a start that is cut short after this is found and undone.
        try await watch.time(.record) { () async throws(OxbowError) in
            try await host("bundle") { try Files.makeFolders(folders.bundle(id), mode: 0o700) }
            try await store.write(row.stored, .live)
        }
        if deleteFirst {
            try await watch.time(.runtimeDelete) { () async throws(OxbowError) in
                try await launcher.delete(id, handler: record.runtime)
            }
        }
        async let durable = Result.of { () async throws(OxbowError) in
            try await watch.time(.record) { () async throws(OxbowError) in try await store.write(row.stored, .durable) }
        }
        async let bundle = Result.of { () async throws(OxbowError) in
            try await watch.time(.bundle) { () async throws(OxbowError) in try await self.writeBundle(record) }
        }
        // Inside a user namespace of its own, the runtime makes it (`Bundle.namespaces`), and the network comes after.
        let makesOwn = record.spec.namespaces.user != nil
        if case .pod = record.spec.network, !makesOwn {
            _ = try await watch.time(.namespace) { () async throws(OxbowError) in
                try await holder.holdNetwork(for: id)
            }
        }
        async let attached = Result.of { () async throws(OxbowError) -> NetworkResult? in
            makesOwn ? nil : try await self.attachNetwork(record, watch)
        }
        var order = LaunchOrder(record)
        order.seccomp = try await bundle.get().document.linux.seccomp
        let launch = order
        let made = try await watch.time(.runtimeCreate) { () async throws(OxbowError) in try await create(launch) }
        if case .success(let process) = made {
            _ = table.change(id) { row in
                row.stored.process = process
                row.stored.record.pid = process.pid
            }
        }
        var networkResult = try await attached.get()
        let process = try made.get()
        if case .pod = record.spec.network, makesOwn {
            try await watch.time(.namespace) { () async throws(OxbowError) in
                try await holder.holdNetwork(for: id, ofProcess: process.pid)
            }
            networkResult = try await attachNetwork(record, watch)
        }

        // Whoever looks at the record in `beforeStart` sees the addresses.
        _ = table.change(id) { $0.stored.record.network = networkResult }
        await beforeStart()
        // Taken before: a short program may have ended when the runtime returns.
        let startedAt = Timestamp.now().nanoseconds
        try await watch.time(.runtimeStart) { () async throws(OxbowError) in try await launcher.start(launch) }
        let (started, _) = try table.take(id, .started) { row in
            row.stored.record.startedAt = startedAt
            row.stored.record.network = networkResult
        }
        try await watch.time(.record) { () async throws(OxbowError) in try await store.write(started.stored, .live) }
        try await durable.get()
        announce(.started, started.record)
        return process
    }

    /// To its end, even when the caller gives up: a runtime that is killed while it makes a container leaves processes and
    /// cgroups that nothing names. What was made is then taken back as after any failure.
    private func create(_ order: LaunchOrder) async throws(OxbowError) -> Result<LaunchedProcess, OxbowError> {
        let made = Latch<Result<LaunchedProcess, OxbowError>>()
        let launcher = launcher
        await watchers.shielded {
            made.set(await Result.of { () async throws(OxbowError) in try await launcher.create(order) })
        }
        guard let result = made.value else { throw OxbowError(.cancelled, "container: the daemon is ending") }
        return result
    }

    private func attachNetwork(
        _ record: ContainerRecord, _ watch: Stopwatch
    ) async throws(OxbowError) -> NetworkResult? {
        guard case .pod(let request, _) = record.spec.network else { return nil }
        return try await watch.time(.network) { () async throws(OxbowError) in
            try await network.attach(request, namespacePath: record.networkNamespace)
        }
    }

    private func writeBundle(_ record: ContainerRecord) async throws(OxbowError) -> Bundle {
        let joined = try joinedNamespaces(record)
        let sharedMemory = try sharedMemory(of: record)
        let (folders, snapshots) = (folders, snapshots)
        let (cgroups, rights, launcher) = (cgroups, rights, launcher)
        let bundle = try await host("bundle") {
            if record.spec.namespaces.user != nil {
                // The runtime mounts as the namespace's root, which must get there.
                for folder in folders.way(to: record.id) { try Files.letPass(folder) }
            }
            try snapshots.ensureMounted(record.overlay)
            for volume in record.volumes.values { try ImageVolumes(folders: folders).ensureMounted(volume) }
            try MountSources.prepare(record.spec.mounts)
            if sharedMemory == folders.sharedMemory(record.id) {
                let bytes = record.spec.shmBytes == 0 ? BundleMounts.sharedMemoryBytes : record.spec.shmBytes
                try snapshots.mountSharedMemory(record.id, bytes: bytes, users: record.spec.namespaces.user)
            }
            if !record.logPath.isEmpty { try Self.openLog(record.logPath) }
            let user = try RootUsers.look(record.spec.process, in: record.rootfsPath)
            var facts = BundleFacts(record, user: user, cgroups: cgroups, rights: rights)
            facts.joined = joined
            facts.networkNamespace = record.networkNamespace
            facts.sharedMemory = sharedMemory
            let bundle = try Bundle.build(record.spec, facts)
            let document = [UInt8](try JSONEncoder().encode(launcher.amend(bundle.document, handler: record.runtime)))
            try Files.write(folders.bundle(record.id) + "/config.json", document, mode: 0o600)
            return bundle
        }
        clamps.note(bundle, lowestOOMScore: rights.lowestOOMScore)
        return bundle
    }

    /// Before the monitor does, whose words on a log that it cannot open nobody hears.
    private static func openLog(_ path: String) throws(OxbowError) {
        do throws(SystemFailure) {
            try Files.makeFolders(Files.parent(of: path))
            try Files.makeFile(path)
        } catch {
            throw OxbowError(.ours, "log: cannot be opened: \(error.reason) (\(path))", origin: error)
        }
    }

    private func joinedNamespaces(_ record: ContainerRecord) throws(OxbowError) -> [NamespaceKind: String] {
        var joined: [NamespaceKind: String] = [:]
        for (kind, holderID) in record.spec.namespaces.joined(record.spec.network) {
            guard let holding = table.row(holderID)?.record else {
                throw OxbowError(.badRequest, "namespace: no such container to join (\(holderID))")
            }
            joined[kind] = try holder.file(of: kind, heldBy: holding)
        }
        return joined
    }

    /// The folder that is this container's /dev/shm: that of the container whose IPC namespace it is in.
    private func sharedMemory(of record: ContainerRecord) throws(OxbowError) -> String {
        switch record.spec.namespaces.ipc {
        case .own: return folders.sharedMemory(record.id)
        case .host: return ""
        case .container(let id):
            // A chain of joins ends at the one that has its own.
            guard let other = table.row(id)?.record else {
                throw OxbowError(.badRequest, "namespace: no such container to join (\(id))")
            }
            return other.id == record.id ? "" : try sharedMemory(of: other)
        }
    }

    /// Takes everything back that a start did; the container can be started again.
    private func undoStart(_ id: String, _ cause: OxbowError) async {
        await watchers.shielded {
            do throws(OxbowError) {
                try await self.releaseRun(id, network: true)
                if let process = self.table.row(id)?.stored.process {
                    // The runtime killed the process: reap its monitor.
                    _ = await self.launcher.end(of: process, id: id)
                    try await self.launcher.delete(id, handler: self.table.require(id).record.runtime)
                }
            } catch {
                self.log.error("a failed start left something", metadata: ["id": "\(id)", "error": "\(error)"])
            }
            let failed = try? self.table.take(id, .startFailed) { row in
                row.stored.process = nil
                row.stored.runtimeState = false
                row.stored.record.pid = 0
                row.stored.record.startedAt = 0
                row.stored.record.finishedAt = Timestamp.now().nanoseconds
                row.stored.record.startError = cause.message
            }
            guard let failed else { return }
            do throws(OxbowError) { try await self.store.write(failed.row.stored, .durable) } catch {
                self.log.error("record", metadata: ["id": "\(id)", "error": "\(error)"])
            }
        }
    }
}

extension LaunchOrder {
    init(_ record: ContainerRecord) {
        let process = record.spec.process
        self.init(
            id: record.id, name: record.spec.name, handler: record.runtime, terminal: process.terminal,
            input: process.openStdin, keepInputOpen: process.openStdin && !process.stdinOnce,
            logPath: record.logPath, logBytes: record.spec.log.maximumBytes)
    }
}

extension NamespaceSpec {
    /// Which namespaces are another container's, and whose.
    func joined(_ network: NetworkSpec) -> [NamespaceKind: String] {
        var joined: [NamespaceKind: String] = [:]
        for (kind, source) in [(NamespaceKind.pid, pid), (.ipc, ipc), (.uts, uts), (.cgroup, cgroup)] {
            if case .container(let id) = source { joined[kind] = id }
        }
        joined[.user] = user?.holder
        if case .container(let id) = network { joined[.network] = id }
        return joined
    }
}

extension Result where Failure == OxbowError {
    /// The outcome of work that runs beside other work: an `async let` does not keep an error's type.
    static func of(_ body: () async throws(OxbowError) -> Success) async -> Result {
        do throws(OxbowError) { return .success(try await body()) } catch { return .failure(error) }
    }
}
