package import Faults
import FoundationEssentials
import Glibc
import Linux
import OCI

extension LocalCore {
    package func attach(_ id: String, input: Bool) async throws(OxbowError) -> ProcessStreams {
        // Not queued: a client attaches from within `start`, before the process begins.
        let row = try table.require(id)
        guard row.life.phase == .running || (row.life.phase == .starting && row.stored.process != nil) else {
            throw OxbowError(.wrongState, "container: not running (\(id))")
        }
        if input, !row.record.spec.process.openStdin, !row.record.spec.process.terminal {
            throw OxbowError(.badRequest, "container: its input is not open (\(id))")
        }
        return try await launcher.attach(id, input: input)
    }

    package func resizeTerminal(_ id: String, width: UInt16, height: UInt16) async throws(OxbowError) {
        let row = try running(id)
        guard row.record.spec.process.terminal else {
            throw OxbowError(.unsupported, "container: has no terminal (\(id))")
        }
        try await launcher.resize(id, width: width, height: height)
    }

    package func exec(_ id: String, _ spec: ExecSpec) async throws(OxbowError) -> ExecProcess {
        let record = try running(id).record
        guard !spec.arguments.isEmpty else { throw OxbowError(.badRequest, "arguments: required") }
        let user = try await host("user") {
            var process = record.spec.process
            if let user = spec.user { process.user = user }
            return try RootUsers.look(process, in: record.rootfsPath)
        }
        return try await launcher.exec(
            ExecOrder(
                id: id, handler: record.runtime,
                process: try ExecDocument.process(spec, in: record.spec, user: user, rights: rights),
                input: spec.input))
    }

    package func updateResources(_ id: String, _ resources: ResourceLimits) async throws(OxbowError) {
        try await queues.run(id) { () async throws(OxbowError) in
            let row = try table.require(id)
            if cgroups.version == .v1, resources.unified != row.record.spec.resources.unified {
                // The runtimes pass over what they cannot set.
                let names = resources.unified.keys.sorted().joined(separator: " ")
                throw OxbowError(
                    .unsupported, "unified: this host has cgroup v1, which knows no such settings (\(names))")
            }
            if row.life.phase == .running {
                try await launcher.update(id, handler: row.record.runtime, Limits.resources(resources))
                if let score = resources.oomScoreAdj, score != row.record.spec.resources.oomScoreAdj {
                    try await setOOMScore(score, of: row.record)
                }
            }
            try await save(id) { $0.spec.resources = Limits.merge(resources, over: $0.spec.resources) }
        }
    }

    /// Runtimes set the score when they make a process, and their update does not know it.
    private func setOOMScore(_ score: Int, of record: ContainerRecord) async throws(OxbowError) {
        let (cgroups, rights) = (cgroups, rights)
        let told = max(score, rights.lowestOOMScore)
        if told != score { log.notice("oom_score_adj \(score) is raised to \(told), the lowest this daemon may give") }
        try await host("oom_score_adj") {
            for pid in cgroups.processes(in: record.cgroupPath) {
                do throws(SystemFailure) {
                    try Files.write("/proc/\(pid)/oom_score_adj", Array("\(told)".utf8))
                } catch {
                    // A process that has ended since needs no score.
                    guard error.errno != ENOENT, error.errno != ESRCH else { continue }
                    throw OxbowError(.denied, "oom_score_adj: the kernel refuses it (\(told))", origin: error)
                }
            }
        }
    }

    package func reopenLog(_ id: String) async throws(OxbowError) {
        let row = try running(id)
        guard let process = row.stored.process else {
            throw OxbowError(.wrongState, "container: its monitor has ended (\(id))")
        }
        // Without a log there is nothing to open anew.
        guard !row.record.logPath.isEmpty else { return }
        // One at a time for each log: the file's name tells whether the monitor has done it.
        try await queues.run("log " + id) { () async throws(OxbowError) in
            try await launcher.reopenLog(id, monitor: process.monitor, path: row.record.logPath)
        }
    }

    package func updateExtension(_ id: String, _ document: String) async throws(OxbowError) {
        try await queues.run(id) { () async throws(OxbowError) in
            try await save(id) { $0.spec.extensionDocument = document }
        }
    }

    package func rename(_ id: String, to name: String) async throws(OxbowError) {
        try await queues.run(id) { () async throws(OxbowError) in
            let old = try table.require(id).record.spec.name
            try table.reserve(name, for: id)
            do throws(OxbowError) { try await save(id) { $0.spec.name = name } } catch {
                if name != old { table.release(name, of: id) }
                throw error
            }
            if name != old { table.release(old, of: id) }
        }
    }

    private func running(_ id: String) throws(OxbowError) -> ContainerTable.Row {
        let row = try table.require(id)
        guard row.life.phase == .running else { throw OxbowError(.wrongState, "container: not running (\(id))") }
        return row
    }

    /// Changes a record durably. While the container runs, the run folder's copy must not be newer than this one.
    private func save(_ id: String, _ body: (inout ContainerRecord) -> Void) async throws(OxbowError) {
        guard let changed = table.change(id, { body(&$0.stored.record) }) else { throw ContainerTable.missing(id) }
        try await store.write(changed.row.stored, .durable)
    }

    package func runtimeDocument(_ id: String) async throws(OxbowError) -> String? {
        let path = folders.bundle(try table.require(id).record.id) + "/config.json"
        return try await host("bundle") {
            guard Files.exists(path) else { return nil }
            return String(decoding: try Files.read(path), as: UTF8.self)
        }
    }

    package func facts() async -> CoreFacts {
        let known = versions.withLock { $0 }
        let versions = if let known { known } else { await askVersions() }
        return CoreFacts(
            root: configuration.root, cgroupDriver: "cgroupfs", cgroupVersion: cgroups.version == .v1 ? 1 : 2,
            runtimes: discovery.runtimes, defaultRuntime: discovery.standard, runtimeVersions: versions.runtimes,
            monitorVersion: versions.monitor, recursiveReadOnly: kernel >= KernelVersion(5, 12),
            // Overlay takes mapped layers from here on.
            userNamespaces: kernel >= KernelVersion(5, 19))
    }

    /// Asked once, when somebody wants to know.
    private func askVersions() async -> (runtimes: [String: String], monitor: String) {
        var answer: (runtimes: [String: String], monitor: String) = ([:], "")
        for (handler, program) in discovery.runtimes { answer.runtimes[handler] = await version(of: program) }
        answer.monitor = await version(of: discovery.conmon)
        let asked = answer
        versions.withLock { $0 = asked }
        return answer
    }

    /// `crun version 1.8.1` → `1.8.1`; "" when it does not say.
    private func version(of program: String) async -> String {
        guard
            let result = try? await Processes.shared.run(
                Command(program, ["--version"]), deadline: MonitoredRuntime.commandDeadline)
        else { return "" }
        let line = String(decoding: result.output, as: UTF8.self).prefix { $0 != "\n" }
        return line.split(separator: " ").last.map(String.init) ?? ""
    }

    /// Writes what `breakdown` has summed up: see `StartBreakdown.document`. nil: nothing is written.
    package func writeStartBreakdown(to path: String?) async throws(OxbowError) {
        guard let path else { return }
        let breakdown = breakdown
        try await host("breakdown") { try Files.write(path, try breakdown.document()) }
    }
}
