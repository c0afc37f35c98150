package import Faults
import Linux

extension LocalCore {
    package func remove(_ id: String, force: Bool) async throws(OxbowError) {
        let watch = Stopwatch()
        while true {
            let running = try await queues.run(id) { () async throws(OxbowError) -> ContainerTable.Row? in
                guard table.row(id) != nil else { return nil }
                let (row, step) = try table.take(id, .removeRequested(force: force))
                if step == .stopFirst { return row }
                try await takeAway(row, watch)
                return nil
            }
            guard let running else { break }
            // It may be started again before we come back: then it is killed again.
            try await end(running, grace: .zero)
        }
        let timings = watch.finish()
        breakdown.add(timings, to: .remove)
        log.debug("removed", metadata: ["id": "\(id)", "timings": "\(timings.text)"])
    }

    /// How long the kernel may take to let killed processes out of a cgroup.
    private static let cgroupDeadline = Duration.seconds(10)

    /// Removes the container's cgroup in every hierarchy, with what it made beneath it; what still runs in there is
    /// killed. Missing is fine.
    /// - Throws: `.ours` past the deadline.
    private func clearCgroup(_ record: ContainerRecord) async throws(OxbowError) {
        let cgroups = cgroups
        let end = ContinuousClock.now + Self.cgroupDeadline
        var pause = Duration.milliseconds(1)
        while try await !host("cgroup", { cgroups.remove(record.cgroupPath) }) {
            guard ContinuousClock.now < end else {
                throw OxbowError(.ours, "cgroup: cannot be removed (\(record.cgroupPath))")
            }
            let killed = try await host("cgroup") { try CgroupSweep(tree: cgroups, root: record.cgroupPath).run() }
            log.debug("swept a cgroup", metadata: ["id": "\(record.id)", "killed": "\(killed)"])
            do { try await Task.sleep(for: pause) } catch { throw OxbowError(.cancelled, "removal: given up") }
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// Takes everything away, the record's folder last: a removal that is cut short is found in phase `removing` and
    /// finished. Each step is idempotent.
    func takeAway(_ row: ContainerTable.Row, _ watch: Stopwatch) async throws(OxbowError) {
        let record = row.record
        let id = record.id
        let (folders, snapshots, cgroups, ancestors) = (folders, snapshots, cgroups, ancestors)
        let made = ancestors.add(row.stored.cgroupAncestors, of: record.cgroupPath)
        // Not durable: if the machine goes down, so do the mounts and processes, and the container is there to be removed
        // again. It never was reported as gone.
        try await watch.time(.record) { () async throws(OxbowError) in
            try await host("bundle") { try Files.makeFolders(folders.bundle(id), mode: 0o700) }
            try await store.write(row.stored, .live)
        }
        try await watch.time(.runtimeDelete) { () async throws(OxbowError) in
            try await releaseRun(id, network: true)
        }
        try await watch.time(.takeAway) { () async throws(OxbowError) in
            try await clearCgroup(record)
            try await host("container") {
                try snapshots.unmountAll(id)
                // One that others still use stays, and goes with the last of them.
                for path in made.reversed() where cgroups.remove(path) { ancestors.forget(path) }
                try Files.removeTree(folders.exit(id))
                try Files.removeTree(folders.container(id))
                try Files.removeTree(folders.bundle(id))
            }
        }
        table.remove(id)
        store.forget(id)
        layerUsage.forget(id)
        announce(.removed, record)
    }
}
