import Synchronization

/// Ends a pull whose daemon has gone silent: there is no limit on how long a pull may take, only on waiting for news.
final class PullWatchdog: Sendable {
    /// Silence after which the pull is given up.
    static let silenceLimit = Duration.seconds(60)
    /// How often silence is looked for.
    static let period = Duration.seconds(10)

    private let clock: BridgeClock
    private let lastProgress: Mutex<Duration>

    init(clock: BridgeClock) {
        self.clock = clock
        lastProgress = Mutex(clock.elapsed())
    }

    func sawProgress() {
        let now = clock.elapsed()
        lastProgress.withLock { $0 = now }
    }

    var isSilent: Bool { clock.elapsed() - lastProgress.withLock { $0 } > Self.silenceLimit }

    /// - Throws: `DockerFailure.cancelled` when the silence lasted too long.
    func watch<Value: Sendable>(_ pull: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: pull)
            group.addTask {
                while !self.isSilent { try await self.clock.sleep(Self.period) }
                throw DockerFailure.cancelled
            }
            defer { group.cancelAll() }
            // The group has two children, so there is a first result.
            guard let first = try await group.next() else { throw DockerFailure.cancelled }
            return first
        }
    }
}
