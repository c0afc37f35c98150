import Core
import DockerAPI
import Linux
import Synchronization

/// When containers with a restart policy are started again, and which containers are between two lives.
final class RestartTable: Sendable {
    /// The pause doubles with each life that was short.
    static let firstPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(60)
    /// A life this long (nanoseconds) makes the next pause the first again.
    static let longLife: Int64 = 10_000_000_000

    private struct Row {
        var pause = RestartTable.firstPause
        /// Waiting to be started again.
        var isPending = false
        /// Being restarted by a client: its end is not the end.
        var holds = 0
    }
    private let rows = Mutex<[String: Row]>([:])

    /// - Parameter count: how often the policy has started it already.
    /// - Returns: how long to wait before the next start; nil when the policy wants none.
    func next(_ record: ContainerRecord, policy: RestartPolicy, count: Int) -> Duration? {
        switch policy.name {
        case "always", "unless-stopped": break
        case "on-failure" where record.exitCode != 0 || !record.startError.isEmpty:
            if policy.maximumRetryCount > 0, count >= policy.maximumRetryCount { return nil }
        default: return nil
        }
        return rows.withLock { rows -> Duration? in
            var row = rows[record.id] ?? Row()
            guard row.holds == 0 else { return nil }
            if record.finishedAt - record.startedAt >= Self.longLife { row.pause = Self.firstPause }
            let pause = row.pause
            row.pause = min(row.pause * 2, Self.longestPause)
            row.isPending = true
            rows[record.id] = row
            return pause
        }
    }

    func isPending(_ id: String) -> Bool { rows.withLock { $0[id]?.isPending ?? false } }
    /// Whether the start that was planned is still wanted.
    func mayStart(_ id: String) -> Bool { rows.withLock { $0[id].map { $0.isPending && $0.holds == 0 } ?? false } }
    func gaveUp(_ id: String) { rows.withLock { $0[id]?.isPending = false } }
    func started(_ id: String, at time: Int64) { rows.withLock { $0[id]?.isPending = false } }
    func forget(_ id: String) { rows.withLock { $0[id] = nil } }

    /// A client stopped it: no start is wanted, and the next pause is the first.
    func cancel(_ id: String) {
        rows.withLock { rows in
            rows[id]?.isPending = false
            rows[id]?.pause = Self.firstPause
        }
    }

    /// While `body` runs, the container's end is not the end.
    func hold<Value>(_ id: String, _ body: () async throws -> Value) async rethrows -> Value {
        rows.withLock { $0[id, default: Row()].holds += 1 }
        defer { rows.withLock { $0[id]?.holds -= 1 } }
        return try await body()
    }

    func isHeld(_ id: String) -> Bool { rows.withLock { ($0[id]?.holds ?? 0) > 0 } }
}
