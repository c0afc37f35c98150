import DockerAPI
import Linux
import Logging
import NIOCore
import Synchronization

/// Carries one container's log from the daemon into the CRI's file, over as many requests as it takes.
struct LogFollower: Sendable {
    /// Pauses before the daemon is asked again, and before a full disk is tried again: doubled each time.
    static let firstPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(5)

    enum End: Equatable, Sendable {
        /// The container has ended, and its log is whole.
        case complete
        /// The daemon does not have the container any more.
        case gone
        /// The daemon keeps no log that it could read out.
        case unreadable(String)
        /// The bridge stops, or nobody wants the log any more.
        case cancelled
    }

    let id: String
    let file: CRILogFile
    let docker: DockerClient
    let clock: BridgeClock
    let log: Logger
    /// false once the container was removed: what could not be written until then never will be.
    let isWanted: @Sendable () -> Bool

    private struct Cancelled: Error {}

    func run() async -> End {
        var pause = Self.firstPause
        var hasEnded = false
        while !Task.isCancelled, isWanted() {
            let pass = Pass(file)
            do {
                // dockerd 20.10 ends the stream of a log that it follows without the container's last words when they
                // have no line end; of a container that has ended it tells all.
                try await docker.logs(id, since: file.cursor.query, follow: !hasEnded) { piece in
                    try await self.write(try pass.entries(of: piece))
                }
                try await write(try pass.last())
                if hasEnded { return .complete }
            } catch {
                if let end = end(after: error) { return end }
                log.debug("log: the daemon's stream broke", metadata: ["container": "\(id)", "error": "\(error)"])
            }
            // A stream ends with its container, with its daemon, or with another life of the container.
            switch await state() {
            case .ended where !hasEnded:
                hasEnded = true
                continue
            case .gone: return .gone
            case .running: hasEnded = false
            case .ended, .unknown: break
            }
            if pass.wrote { pause = Self.firstPause }
            guard (try? await clock.sleep(pause)) != nil else { return .cancelled }
            pause = min(pause * 2, Self.longestPause)
        }
        return .cancelled
    }
}

extension LogFollower {
    private enum Container { case running, ended, gone, unknown }

    private func state() async -> Container {
        do throws(DockerFailure) {
            return try await docker.inspect(id).state.running ? .running : .ended
        } catch {
            return error.saysNoSuchContainer ? .gone : .unknown
        }
    }

    /// What no further request would change; nil: to be tried again.
    private func end(after error: any Error) -> End? {
        switch error {
        case is Cancelled, is CancellationError, DockerFailure.cancelled: .cancelled
        case DockerFailure.refused(404, _): .gone
        case DockerFailure.refused(501, let message): .unreadable(message)
        default: nil
        }
    }

    /// Waits for as long as the disk is full: meanwhile nothing is read from the daemon, which keeps it.
    private func write(_ entries: [LogEntry]) async throws {
        var rest = entries[...]
        var pause = Self.firstPause
        var hasFailed = false
        while !rest.isEmpty {
            let (count, failure) = try await blocking { [file, rest] in file.append(rest) }
            rest = rest.dropFirst(count)
            guard let failure else { break }
            if !hasFailed {
                log.error(
                    "log: cannot be written, waiting",
                    metadata: ["container": "\(id)", "path": "\(file.path)", "error": "\(failure.reason)"])
            }
            hasFailed = true
            guard isWanted(), (try? await clock.sleep(pause)) != nil else { throw Cancelled() }
            pause = min(pause * 2, Self.longestPause)
        }
        if hasFailed { log.notice("log: written again", metadata: ["container": "\(id)"]) }
    }
}

/// What one request's stream has brought: its cutting, and what of it was written before.
private final class Pass: Sendable {
    private struct State {
        var reader: LogEntryReader
        var replay: LogCursor.Replay
        var wrote = false
    }
    private let state: Mutex<State>

    init(_ file: CRILogFile) {
        state = Mutex(State(reader: LogEntryReader(isTerminal: file.isTerminal), replay: file.cursor.replay))
    }

    var wrote: Bool { state.withLock { $0.wrote } }

    /// - Returns: the entries that are not in the file.
    func entries(of piece: ByteBuffer) throws -> [LogEntry] {
        try state.withLock { state in Self.fresh(try state.reader.receive(piece), &state) }
    }

    /// At the stream's end.
    func last() throws -> [LogEntry] {
        try state.withLock { state in
            let entries = Self.fresh(try state.reader.finish().map { [$0] } ?? [], &state)
            if !state.reader.complaint.isEmpty { throw LogEntryReader.Malformed(what: state.reader.complaint) }
            return entries
        }
    }

    private static func fresh(_ entries: [LogEntry], _ state: inout State) -> [LogEntry] {
        let fresh = entries.filter { entry in
            guard let instant = entry.instant else { return true }
            return !state.replay.has(instant)
        }
        if !fresh.isEmpty { state.wrote = true }
        return fresh
    }
}
