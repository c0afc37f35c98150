package import Core
import Linux
package import Logging
import Synchronization

/// The json-file logs of running containers: transcribes what monitors write as they write it.
///
/// An idle container costs two open files and a watch, no task and no timer. `run` does the work; whoever needs a log whole
/// (a reader, the end of a container) brings it up to date by himself.
package final class LogStore: OutputKeeper {
    /// Pause between two looks at a log that is written to all the time.
    static let pause = Duration.milliseconds(10)
    /// How often logs are looked at of which nobody tells, or that could not be written.
    static let clock = Duration.seconds(1)

    typealias Reopen = @Sendable (_ id: String) async throws -> Void

    private let logger: Logger
    private let logs = Mutex<[String: ContainerLog]>([:])
    private let watch = Mutex<FileWatch?>(nil)
    private let tickets = Mutex<[FileWatch.Ticket: String]>([:])
    /// One at a time for each log.
    private let queues = SerialQueues()
    /// Set when a log has grown, by container; made when somebody waits.
    private let growth = Mutex<[String: Latch<Void>]>([:])

    package init(logger: Logger) { self.logger = logger }

    // MARK: A container's life

    /// Before a start: the file that `LogPath` names is there from now on.
    func open(_ record: ContainerRecord, _ options: LogOptions) async throws {
        guard let paths = LogPaths(record), log(record.id) == nil else { return }
        let opened = try await blocking { try ContainerLog(paths, options) }
        logs.withLock { $0[record.id] = opened }
    }

    /// The monitor's file is there.
    func attend(_ id: String) async {
        if let log = log(id) { await arm(log) }
    }

    /// Takes over what an engine left that died: running containers are attended, ended ones finished.
    func adopt(_ record: ContainerRecord, _ options: LogOptions) async {
        do {
            guard let paths = LogPaths(record) else { return }
            let isLeft = try await blocking { Files.exists(paths.source) || Files.exists(paths.fullSource) }
            guard record.state == .running || isLeft else { return }
            try await open(record, options)
            if record.state != .running { await finish(record) }
        } catch {
            complain(record.id, error)
        }
    }

    package func finish(_ record: ContainerRecord) async {
        guard let log = log(record.id) else { return }
        do {
            try await turns(record.id) { try await log.work { try $0.finish() } }
            drop(log)
        } catch {
            // It stays, and is tried again by the clock until the container is removed or started again.
            complain(record.id, error)
            log.setNeedsClock(true)
        }
        wake(record.id)
    }

    func forget(_ id: String) {
        if let log = log(id) { drop(log) }
        wake(id)
    }

    /// Everything that the monitor has written by now is in the json-file when this returns.
    func catchUp(_ id: String) async {
        guard let log = log(id) else { return }
        do { try await carry(log) } catch { complain(id, error) }
    }

    private func drop(_ log: ContainerLog) {
        logs.withLock { $0[log.paths.id] = nil }
        if let ticket = log.setTicket(nil) {
            tickets.withLock { _ = $0.removeValue(forKey: ticket) }
            watch.withLock { $0 }?.disarm(ticket)
        }
    }

    private func log(_ id: String) -> ContainerLog? { logs.withLock { $0[id] } }

    // MARK: Readers

    /// Set when the log has grown or its container ended; to be asked for before the log is read.
    func growth(of id: String) -> Latch<Void> {
        growth.withLock { growth in
            if let latch = growth[id] { return latch }
            let latch = Latch<Void>()
            growth[id] = latch
            return latch
        }
    }

    func wake(_ id: String) { growth.withLock { $0.removeValue(forKey: id) }?.set(()) }

    func wakeAll() {
        let all = growth.withLock { growth in
            defer { growth = [:] }
            return Array(growth.values)
        }
        for latch in all { latch.set(()) }
    }

    // MARK: The work

    /// - Parameter reopen: makes a container's monitor go on in a new file.
    func run(reopen: @escaping Reopen) async {
        do {
            let opened = try await FileWatch.open()
            watch.withLock { $0 = opened }
        } catch {
            logger.warning("logs: looked at by the clock only: \(error)")
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followClock(reopen) }
            while let notice = await watch.withLock({ $0 })?.next() {
                for log in noticed(notice) where log.beginLook() { group.addTask { await self.look(log, reopen) } }
            }
        }
        let opened = watch.withLock { watch in
            defer { watch = nil }
            return watch
        }
        await opened?.close()
    }

    private func noticed(_ notice: FileWatch.Notice) -> [ContainerLog] {
        guard case .written(let fired) = notice else { return logs.withLock { Array($0.values) } }
        let ids = tickets.withLock { tickets in fired.compactMap { tickets.removeValue(forKey: $0) } }
        return ids.compactMap(log)
    }

    private func followClock(_ reopen: @escaping Reopen) async {
        await withDiscardingTaskGroup { group in
            repeat {
                for log in logs.withLock({ Array($0.values) }) where log.needsClock && log.beginLook() {
                    group.addTask { await self.look(log, reopen) }
                }
                // Ends early only when the engine stops.
            } while (try? await Task.sleep(for: Self.clock)) != nil
        }
    }

    private func look(_ log: ContainerLog, _ reopen: Reopen) async {
        let id = log.paths.id
        repeat {
            // Armed before the file is read: what is written after the read is told.
            await arm(log)
            do {
                try await carry(log)
                try await turn(log, reopen)
            } catch {
                complain(id, error)
                log.setNeedsClock(true)
            }
            // Ends early only when the engine stops.
            try? await Task.sleep(for: Self.pause)
        } while log.endLook() && !Task.isCancelled
    }

    private func arm(_ log: ContainerLog) async {
        guard let watch = watch.withLock({ $0 }) else { return }
        // No such file yet, or no watch to be had: the clock serves.
        let ticket = try? await blocking { try watch.arm(log.paths.source) }
        log.setNeedsClock(ticket == nil)
        let old = log.setTicket(ticket)
        tickets.withLock { tickets in
            if let old { tickets[old] = nil }
            if let ticket { tickets[ticket] = log.paths.id }
        }
    }

    private func carry(_ log: ContainerLog) async throws {
        var more = true
        while more {
            more = try await turns(log.paths.id) { try await log.work { try $0.carry() } }
            wake(log.paths.id)
        }
    }

    private func turn(_ log: ContainerLog, _ reopen: Reopen) async throws {
        let id = log.paths.id
        let waits = try await turns(id) {
            try await log.work { transcriber in
                try transcriber.turn()
                return transcriber.awaitsMonitor
            }
        }
        guard waits else { return }
        do { try await reopen(id) } catch {
            // The container has ended, or ends: `finish` reads what there is.
            logger.debug("log \(id.prefix(12)): not opened anew: \(error)")
            return
        }
        await arm(log)
        try await carry(log)
    }

    private func turns<T: Sendable>(_ id: String, _ body: () async throws -> T) async throws -> T {
        let result = try await queues.run(id) { () async -> Result<T, any Error> in
            do { return .success(try await body()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func complain(_ id: String, _ error: any Error) {
        guard !(error is CancellationError), !Task.isCancelled else { return }
        if log(id)?.setNeedsClock(true) ?? true {
            logger.error("log \(id.prefix(12)): cannot be written: \(error)")
        }
    }
}
