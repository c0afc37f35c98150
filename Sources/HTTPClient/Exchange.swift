import NIOCore
import Synchronization

/// One request and what has arrived of its answer: filled by the driving thread, emptied by the task that asked.
final class Exchange: Sendable {
    enum Event: Sendable {
        case head(HTTPResponseHead)
        case piece(ByteBuffer)
        case end
    }

    /// Bytes waiting for a slow reader before the transfer is paused.
    static let queueLimit = 256 << 10
    /// A paused transfer goes on once fewer wait.
    static let resumeBelow = 64 << 10

    let request: HTTPRequest
    let endpoint: HTTPClient.Endpoint
    let counter: TrafficCounter
    /// Set for an upgrade: the exchange only connects, and the socket goes to the link.
    let link: RawLink?

    private struct State {
        var queue = CircularBuffer<Event>()
        var queuedBytes = 0
        var failure: HTTPFailure?
        var finished = false
        var paused = false
        var waiter: CheckedContinuation<Outcome, Never>?
    }
    typealias Outcome = Result<(Event, resumes: Bool), HTTPFailure>
    private let state = Mutex(State())

    init(_ request: HTTPRequest, over endpoint: HTTPClient.Endpoint, counter: TrafficCounter, link: RawLink? = nil) {
        self.request = request
        self.endpoint = endpoint
        self.counter = counter
        self.link = link
    }

    var isFinished: Bool { state.withLock { $0.finished } }

    /// The next event, in wire order; `.end` is the last. `resumes` says that the paused transfer should go on.
    /// One task at a time.
    func next() async -> Outcome {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Outcome? in
                if let outcome = Self.take(&state) { return outcome }
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Called by the driving thread with everything one turn brought.
    func deliver(_ events: [Event], finished: Bool = false, failure: HTTPFailure? = nil) {
        let woken = state.withLock { state -> (CheckedContinuation<Outcome, Never>, Outcome)? in
            guard !state.finished else { return nil }  // cancelled: nobody reads the rest
            for event in events {
                if case .piece(let bytes) = event { state.queuedBytes += bytes.readableBytes }
                state.queue.append(event)
            }
            state.finished = finished
            state.failure = failure
            if failure?.reason == .cancelled { state.queue.removeAll() }
            guard let waiter = state.waiter, let outcome = Self.take(&state) else { return nil }
            state.waiter = nil
            return (waiter, outcome)
        }
        if let (waiter, outcome) = woken { waiter.resume(returning: outcome) }
    }

    /// Whether the reader is so far behind that the transfer must pause; remembered, so that `next` resumes it.
    /// - Parameter undelivered: bytes that the driving thread still holds.
    func mustPause(undelivered: Int) -> Bool {
        state.withLock {
            $0.paused = $0.queuedBytes + undelivered >= Self.queueLimit
            return $0.paused
        }
    }

    private static func take(_ state: inout State) -> Outcome? {
        if let event = state.queue.popFirst() {
            if case .piece(let bytes) = event { state.queuedBytes -= bytes.readableBytes }
            let resumes = state.paused && state.queuedBytes < resumeBelow
            if resumes { state.paused = false }
            return .success((event, resumes))
        }
        if let failure = state.failure { return .failure(failure) }
        return state.finished ? .success((.end, false)) : nil
    }
}
