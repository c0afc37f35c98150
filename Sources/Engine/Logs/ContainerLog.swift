import Linux
import Synchronization

/// One running container's log: its transcriber, and whether somebody is at work on it.
final class ContainerLog: Sendable {
    let paths: LogPaths

    private struct Attention {
        var isLooking = false
        var again = false
        /// Nobody tells when the monitor writes, or the last attempt failed: to be looked at by the clock.
        var needsClock = true
        var ticket: FileWatch.Ticket?
    }
    private let transcriber: Mutex<LogTranscriber>
    private let attention = Mutex(Attention())

    /// Blocks.
    init(_ paths: LogPaths, _ options: LogOptions) throws {
        self.paths = paths
        transcriber = Mutex(try LogTranscriber(paths, options))
    }

    /// On a thread that may block. Callers take turns (`LogStore.queues`), so nobody waits for the lock.
    func work<T: Sendable>(_ body: @escaping @Sendable (inout LogTranscriber) throws -> T) async throws -> T {
        try await blocking { try self.transcriber.withLock { try body(&$0) } }
    }

    // MARK: Who looks at it

    /// - Returns: whether the caller is the one to look; if not, the one that does looks once more.
    func beginLook() -> Bool {
        attention.withLock { attention in
            guard attention.isLooking else {
                attention.isLooking = true
                return true
            }
            attention.again = true
            return false
        }
    }

    /// - Returns: whether to look once more.
    func endLook() -> Bool {
        attention.withLock { attention in
            attention.isLooking = attention.again
            attention.again = false
            return attention.isLooking
        }
    }

    var needsClock: Bool { attention.withLock { $0.needsClock } }
    /// - Returns: whether it did not before.
    @discardableResult
    func setNeedsClock(_ needs: Bool) -> Bool {
        attention.withLock { attention in
            defer { attention.needsClock = needs }
            return !attention.needsClock
        }
    }

    /// - Returns: the ticket that this one replaces.
    @discardableResult
    func setTicket(_ ticket: FileWatch.Ticket?) -> FileWatch.Ticket? {
        attention.withLock { attention in
            defer { attention.ticket = ticket }
            return attention.ticket
        }
    }
}
