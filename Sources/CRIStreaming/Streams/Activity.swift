import HTTPServer
import NIOCore
import Synchronization

/// When bytes last went over a connection, and the end of one that lies still for too long.
final class Activity: Sendable {
    private let last = Mutex(ContinuousClock.now)

    func note() { last.withLock { $0 = .now } }

    /// The same connection, with every byte noted.
    func watching(_ connection: HijackedConnection) -> HijackedConnection {
        HijackedConnection {
            let bytes = try await connection.read()
            self.note()
            return bytes
        } write: { bytes in
            try await connection.write(bytes)
            self.note()
        } finish: {
            try await connection.finishWriting()
        }
    }

    /// Returns when nothing was noted for as long as `limit`, or the task is cancelled.
    func lapse(after limit: Duration) async {
        while !Task.isCancelled {
            let deadline = last.withLock { $0 } + limit
            guard deadline > .now else { return }
            // Cancelled: the loop sees it.
            try? await Task.sleep(until: deadline, clock: .continuous)
        }
    }
}
