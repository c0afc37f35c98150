import DockerAPI
import Faults
import Linux
import Logging
import Synchronization

/// The logs of all pod containers, in CRI format where the kubelet looks for them: one follower for each running container,
/// all children of `run`.
///
/// A container's life here: announced by its creation, prepared before its start, followed until its log is whole,
/// forgotten with its removal. A bridge that was killed finds its containers again and goes on behind what is written.
final class LogFollowers: Sendable {
    /// How long an answer that a container has exited waits for its log, once for each container.
    static let settling = Duration.seconds(10)

    enum Phase: Sendable {
        /// Made, not started.
        case announced
        /// Its file is open, nobody writes yet.
        case prepared(CRILogFile)
        case following(CRILogFile)
        /// Nothing more will come, or nothing more can be written.
        case over
    }
    struct Row: Sendable {
        var path: String
        var isTerminal: Bool
        var phase: Phase
        var completion = Completion()
        /// Somebody has waited for it in vain: nobody else does.
        var isLate = false
    }
    private struct State {
        var rows: [String: Row] = [:]
        var isRunning = false
    }
    private let state = Mutex(State())
    /// false in an era whose logs are Docker's own files: then nobody follows and nobody waits.
    private let isEnabled: Bool
    private let docker: DockerClient
    private let clock: BridgeClock
    private let log: Logger
    /// Documents, named by container.
    private let folder: String
    private let turns = Turns()
    private let jobs: AsyncStream<LogFollower>
    private let queue: AsyncStream<LogFollower>.Continuation

    init(docker: DockerClient, root: String, isEnabled: Bool, clock: BridgeClock, log: Logger) {
        self.isEnabled = isEnabled
        self.docker = docker
        self.clock = clock
        self.log = log
        folder = PathText.join(root, "logs")
        // Bounded by the number of running containers.
        (jobs, queue) = AsyncStream.makeStream()
    }

    var isRunning: Bool { state.withLock { $0.isRunning } }

    // MARK: A container's life

    /// - Parameter path: ""; the container has no log.
    func announce(_ id: String, path: String, isTerminal: Bool) {
        state.withLock { $0.rows[id] = Row(path: path, isTerminal: isTerminal, phase: .announced) }
    }

    /// Opens the file before the container starts: a log that cannot be written fails the start.
    func prepare(_ id: String) async throws {
        try await turns.run(id) {
            if case .following = self.row(id)?.phase { return }
            var isFresh = true
            if self.row(id) == nil {
                let inspect = try await self.docker.inspect(id)
                self.announce(
                    id, path: inspect.config.labels?[DockerLabels.logPath] ?? "", isTerminal: inspect.config.tty)
                isFresh = try DerivedStatus.nanoseconds(inspect.state.startedAt, era: .current) == 0
            } else if case .over = self.row(id)?.phase {
                isFresh = false
            }
            guard let row = self.row(id), !row.path.isEmpty else { return }
            let file = try await self.open(id, row.path, isTerminal: row.isTerminal, isFresh: isFresh)
            self.change(id) { row in
                row.phase = .prepared(file)
                row.completion = Completion()
                row.isLate = false
            }
        }
    }

    /// The container runs, or has run.
    func begin(_ id: String) {
        let file = change(id) { row -> CRILogFile? in
            guard case .prepared(let file) = row.phase else { return nil }
            row.phase = .following(file)
            return file
        }
        if let file = file ?? nil { follow(id, file) }
    }

    /// The container did not start: there is nothing to write.
    func abandon(_ id: String) { end(id) }

    func forget(_ id: String) async {
        end(id)
        state.withLock { _ = $0.rows.removeValue(forKey: id) }
        await removeDocument(id)
    }

    /// Whether a log is being written: its container runs, or has just ended.
    func isFollowing(_ id: String) -> Bool {
        if case .following = row(id)?.phase { true } else { false }
    }

    /// Goes on in a new file. - Returns: false when the log is not being written.
    /// - Throws: `SystemFailure` when there can be no new file.
    func reopen(_ id: String) async throws -> Bool {
        guard case .following(let file) = row(id)?.phase else { return false }
        try await blocking { try file.reopen() }
        return true
    }

    /// The same of a container that runs, whether it is followed yet or not.
    func reopen(_ id: String, path: String) async throws -> Bool {
        await attend(id, path: path)
        return try await reopen(id)
    }

    // MARK: Waiting for a log to be whole

    /// Of one container of which somebody knows that it has exited.
    func settle(_ id: String) async {
        if let row = row(id) { await settle([(id, row.path)]) }
    }

    /// Returns when the logs of these containers, which have exited, are whole; or too late.
    func settle(_ exited: [(id: String, path: String)]) async {
        let open = state.withLock { state in
            state.isRunning ? exited.filter { !$0.path.isEmpty && Self.isOpen(state.rows[$0.id]) } : []
        }
        guard !open.isEmpty else { return }
        for (id, path) in open { await attend(id, path: path) }
        let waiting = open.compactMap { container in row(container.id).map { (container.id, $0.completion) } }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [clock] in
                // Ends early only when it is not needed any more.
                (try? await clock.sleep(Self.settling)) != nil
            }
            group.addTask {
                for (_, completion) in waiting { await completion.wait() }
                return false
            }
            _ = await group.next()
            group.cancelAll()
        }
        for (id, completion) in waiting where !completion.isDone && !Task.isCancelled {
            change(id) { $0.isLate = true }
            log.warning(
                "log: not whole when its container was told to have exited",
                metadata: ["container": "\(id)", "waited": "\(Self.settling)"])
        }
    }

    private static func isOpen(_ row: Row?) -> Bool {
        guard let row else { return true }
        switch row.phase {
        case .announced, .prepared, .over: return false
        case .following: return !row.isLate && !row.completion.isDone
        }
    }

    // MARK: The work

    /// Follows until the task is cancelled; begins with what an earlier bridge left.
    func run() async {
        state.withLock { $0.isRunning = isEnabled }
        await withDiscardingTaskGroup { group in
            if isEnabled { group.addTask { await self.adopt() } }
            for await follower in jobs { group.addTask { await self.carry(follower) } }
            group.cancelAll()
        }
        state.withLock { $0.isRunning = false }
    }

    private func adopt() async {
        var pause = LogFollower.firstPause
        while !Task.isCancelled {
            do {
                let found = try await docker.containers(
                    all: true,
                    filters: ["label": DockerLabels.filter(type: DockerLabels.containerType, era: docker.era)])
                for container in found where container.state != "created" {
                    await attend(container.id, path: container.labels?[DockerLabels.logPath] ?? "")
                }
                await removeDocuments(besides: Set(found.map(\.id)))
                return
            } catch {
                // The daemon may come later.
                guard (try? await clock.sleep(pause)) != nil else { return }
                pause = min(pause * 2, LogFollower.longestPause)
            }
        }
    }

    /// Follows a container that runs or has run, unless its log is known to be whole.
    private func attend(_ id: String, path: String) async {
        guard !path.isEmpty, row(id) == nil else { return }
        do {
            try await turns.run(id) {
                guard self.row(id) == nil else { return }
                let document = try await self.document(id)
                var row = Row(path: path, isTerminal: document?.isTerminal ?? false, phase: .over)
                if document?.isComplete != true {
                    if document == nil { row.isTerminal = try await self.docker.inspect(id).config.tty }
                    let file = try await self.open(id, path, isTerminal: row.isTerminal, isFresh: false)
                    row.phase = .following(file)
                } else {
                    row.completion.finish()
                }
                self.state.withLock { [row] in $0.rows[id] = row }
                if case .following(let file) = row.phase { self.follow(id, file) }
            }
        } catch {
            log.error("log: cannot be followed", metadata: ["container": "\(id)", "error": "\(error)"])
            let row = Row(path: path, isTerminal: false, phase: .over)
            row.completion.finish()
            state.withLock { $0.rows[id] = row }
        }
    }

    private func follow(_ id: String, _ file: CRILogFile) {
        queue.yield(
            LogFollower(id: id, file: file, docker: docker, clock: clock, log: log) { [weak self] in
                self?.isFollowing(id) ?? false
            })
    }

    private func carry(_ follower: LogFollower) async {
        let id = follower.id
        switch await follower.run() {
        case .complete:
            do { try await blocking { try follower.file.complete() } } catch {
                // It is whole all the same; a later bridge asks once more.
                log.warning("log: not marked as whole", metadata: ["container": "\(id)", "error": "\(error)"])
            }
        case .unreadable(let reason):
            log.warning("log: the daemon cannot read it out", metadata: ["container": "\(id)", "reason": "\(reason)"])
        case .gone: break
        case .cancelled: return
        }
        // Another life of the container has a follower of its own.
        let isOurs = state.withLock { state in
            guard case .following(let file) = state.rows[id]?.phase else { return false }
            return file === follower.file
        }
        if isOurs { end(id) }
    }

    private func end(_ id: String) {
        let completion = change(id) { row in
            row.phase = .over
            return row.completion
        }
        completion?.finish()
    }

    private func row(_ id: String) -> Row? { state.withLock { $0.rows[id] } }

    @discardableResult
    private func change<T: Sendable>(_ id: String, _ body: (inout Row) -> T) -> T? {
        state.withLock { state in
            guard var row = state.rows[id] else { return nil }
            defer { state.rows[id] = row }
            return body(&row)
        }
    }
}

// Documents on disk.
extension LogFollowers {
    private func documentPath(_ id: String) throws(BridgeFailure) -> String {
        guard CheckpointStore.isKey(id) else {
            throw BridgeFailure(.badRequest, "container id: no file's name (\(id))")
        }
        return "\(folder)/\(id)"
    }

    private func open(_ id: String, _ path: String, isTerminal: Bool, isFresh: Bool) async throws -> CRILogFile {
        let documentPath = try documentPath(id)
        let folder = folder
        do {
            return try await blocking {
                try Files.makeFolders(folder)
                return try CRILogFile(
                    path: path, isTerminal: isTerminal, document: isFresh ? nil : LogDocument.read(documentPath),
                    isFresh: isFresh, documentPath: documentPath)
            }
        } catch let failure as SystemFailure {
            throw BridgeFailure(.ours, "log: cannot be opened: \(failure.reason) (\(path))", origin: failure)
        }
    }

    private func document(_ id: String) async throws -> LogDocument? {
        let path = try documentPath(id)
        return try await blocking { LogDocument.read(path) }
    }

    private func removeDocument(_ id: String) async {
        do {
            let path = try documentPath(id)
            try await blocking { try Files.removeFile(path) }
        } catch {
            log.warning("log: its document stays", metadata: ["container": "\(id)", "error": "\(error)"])
        }
    }

    private func removeDocuments(besides known: Set<String>) async {
        let folder = folder
        let left = (try? await blocking { Files.exists(folder) ? try Files.entries(of: folder) : [] }) ?? []
        for id in left where !known.contains(id) && row(id) == nil { await removeDocument(id) }
    }
}
