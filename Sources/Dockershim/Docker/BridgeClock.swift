import Linux

/// Time as the bridge sees it, so that tests need not wait for it.
package struct BridgeClock: Sendable {
    /// Monotonic, since any origin.
    package var elapsed: @Sendable () -> Duration
    /// Nanoseconds since 1970.
    package var wall: @Sendable () -> Int64
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        elapsed: @escaping @Sendable () -> Duration, wall: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.elapsed = elapsed
        self.wall = wall
        self.sleep = sleep
    }

    package static let real: BridgeClock = {
        let origin = ContinuousClock.now
        return BridgeClock(
            elapsed: { ContinuousClock.now - origin }, wall: { Timestamp.now().nanoseconds },
            sleep: { try await Task.sleep(for: $0) })
    }()
}

/// A value that is asked for again once it is older than its lifetime.
struct Remembered<Value: Sendable>: Sendable {
    private var value: Value?
    private var until = Duration.zero

    init() {}

    func fresh(at now: Duration) -> Value? { now < until ? value : nil }

    mutating func keep(_ value: Value, from now: Duration, for lifetime: Duration) {
        self.value = value
        until = now + lifetime
    }
}
