import CRIServer
import DockerAPI
import Logging

/// The daemon's events as one stream that outlives the connections it comes over.
struct EventFeed: Sendable {
    /// Events that may wait for a client that does not read; past it its call ends.
    static let backlog = 1024
    /// Between two attempts to reach a daemon that is gone.
    static let pause = Duration.milliseconds(200)
    static let actions = ["create", "destroy", "die", "start", "update"]

    enum Signal: Sendable {
        /// The daemon answers (again): what it has now must be looked at before the next event.
        case opened(first: Bool)
        /// - Parameter replayed: may be known already, from before the connection broke or from looking.
        case event(EventMessage, replayed: Bool)
    }

    /// The client is further behind than `backlog`.
    struct Overrun: Error {}

    let docker: DockerClient
    let clock: BridgeClock
    let log: Logger

    /// Feeds `signals` until the task is cancelled.
    /// - Throws: `DockerFailure` when the daemon cannot be reached at the first attempt; later it is waited for.
    ///   `Overrun` when the signals are not taken.
    func run(into signals: AsyncStream<Signal>.Continuation) async throws {
        // The daemon's clock is this host's.
        let position = ReadPosition(Position(time: clock.wall()))
        var first = true
        while true {
            do {
                try await docker.ping()
                try Self.yield(.opened(first: first), to: signals)
                let replayed = !first
                first = false
                try await docker.podEvents(since: position.value.time, actions: Self.actions) { event in
                    guard position.advance(event) else { return }
                    try Self.yield(.event(event, replayed: replayed), to: signals)
                }
                log.info("docker has ended its events: asked for again")
            } catch let failure as DockerFailure where !first && failure != .cancelled {
                log.debug("docker events", metadata: ["error": "\(failure)"])
            }
            try await clock.sleep(Self.pause)
        }
    }

    private static func yield(_ signal: Signal, to signals: AsyncStream<Signal>.Continuation) throws {
        switch signals.yield(signal) {
        case .dropped: throw Overrun()
        case .terminated: throw CancellationError()
        default: break
        }
    }
}
