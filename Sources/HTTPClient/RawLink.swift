import NIOCore
import Synchronization

/// The bytes of one hijacked connection between the driving thread and the task that holds the connection.
final class RawLink: Sendable {
    /// Bytes waiting for a slow reader before the socket is read no more.
    static let queueLimit = 256 << 10

    enum Item: Sendable {
        case bytes(ByteBuffer)
        /// Half-close.
        case end
    }
    typealias Outcome = Result<ByteBuffer?, HTTPFailure>

    private struct State {
        var received = ByteBuffer()
        var ended = false
        var reader: CheckedContinuation<(outcome: Outcome, wasFull: Bool), Never>?
        var outbox = CircularBuffer<(item: Item, done: CheckedContinuation<HTTPFailure?, Never>)>()
        var failure: HTTPFailure?
        var closing = false
        var deadline: ContinuousClock.Instant?
    }
    private let state: Mutex<State>
    private let counter: TrafficCounter

    /// - Parameter deadline: of the answer's head.
    init(deadline: ContinuousClock.Instant?, counter: TrafficCounter) {
        state = Mutex(State(deadline: deadline))
        self.counter = counter
    }

    // MARK: For the task

    /// Waits for bytes. One task at a time. `wasFull` says that the driving thread may read again.
    func next() async -> (outcome: Outcome, wasFull: Bool) {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> (Outcome, Bool)? in
                // Under one lock with the taking: what fills the queue after a look from outside would stop the reading
                // for good.
                let full = state.received.readableBytes >= Self.queueLimit
                if let outcome = Self.take(&state) { return (outcome, full) }
                // Cancelled before the wait began: `withdrawReader` has already run and found nobody.
                if Task.isCancelled { return (.failure(Self.withdrawn), false) }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Ends a wait in `next` without touching the connection.
    func withdrawReader() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: (.failure(Self.withdrawn), false))
    }

    /// Waits until the kernel has taken the item; `onQueued` tells the driving thread.
    func send(_ item: Item, onQueued: () -> Void) async -> HTTPFailure? {
        await withCheckedContinuation { continuation in
            let failure = state.withLock { state in
                let failure = state.failure ?? (state.closing ? Self.closed : nil)
                if failure == nil { state.outbox.append((item, continuation)) }
                return failure
            }
            if let failure { continuation.resume(returning: failure) } else { onQueued() }
        }
    }

    func headHasArrived() { state.withLock { $0.deadline = nil } }
    func close() { state.withLock { $0.closing = true } }

    /// Puts back what was read too far.
    func putBack(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        state.withLock { state in
            var all = bytes
            all.writeBuffer(&state.received)
            state.received = all
        }
    }

    // MARK: For the driving thread

    var deadline: ContinuousClock.Instant? { state.withLock { $0.deadline } }
    var isClosing: Bool { state.withLock { $0.closing } }
    var wantsBytes: Bool { state.withLock { $0.received.readableBytes < Self.queueLimit } }

    func received(_ bytes: ByteBuffer, ended: Bool) {
        counter.add(received: bytes.readableBytes)
        var bytes = bytes
        let woken = state.withLock {
            state -> (CheckedContinuation<(outcome: Outcome, wasFull: Bool), Never>, Outcome)? in
            if state.received.readableBytes == 0 { state.received = bytes } else { state.received.writeBuffer(&bytes) }
            state.ended = ended
            guard let reader = state.reader, let outcome = Self.take(&state) else { return nil }
            state.reader = nil
            return (reader, outcome)
        }
        // The reading thread looks at the queue again before it sleeps, so it need not be told.
        if let (reader, outcome) = woken { reader.resume(returning: (outcome, false)) }
    }

    func nextToSend() -> Item? { state.withLock { $0.outbox.first?.item } }

    /// Takes `count` bytes off the first item, or the end mark; wakes its writer when nothing is left of it.
    func sent(_ count: Int) {
        counter.add(sent: count)
        let writer = state.withLock { state -> CheckedContinuation<HTTPFailure?, Never>? in
            guard !state.outbox.isEmpty else { return nil }
            if case .bytes(var bytes) = state.outbox[state.outbox.startIndex].item {
                bytes.moveReaderIndex(forwardBy: min(count, bytes.readableBytes))
                if bytes.readableBytes > 0 {
                    state.outbox[state.outbox.startIndex].item = .bytes(bytes)
                    return nil
                }
            }
            return state.outbox.removeFirst().done
        }
        writer?.resume(returning: nil)
    }

    /// The connection is gone: everybody who waits learns why. Bytes already here can still be read.
    func fail(_ failure: HTTPFailure) {
        let (reader, outcome, writers) = state.withLock { state in
            state.failure = failure
            let writers = state.outbox.map(\.done)
            state.outbox.removeAll()
            let reader = state.reader
            state.reader = nil
            return (reader, reader == nil ? nil : Self.take(&state), writers)
        }
        if let reader { reader.resume(returning: (outcome ?? .failure(failure), false)) }
        for writer in writers { writer.resume(returning: failure) }
    }

    private static let withdrawn = HTTPFailure(reason: .cancelled, detail: "read withdrawn")
    private static let closed = HTTPFailure(reason: .cancelled, detail: "connection closed by us")

    private static func take(_ state: inout State) -> Outcome? {
        if state.received.readableBytes > 0 {
            defer { state.received = ByteBuffer() }
            return .success(state.received)
        }
        if state.ended { return .success(nil) }
        return state.failure.map { .failure($0) }
    }
}
