import NIOCore

/// Hands a connection's calls to its workers, which are tasks that serve one call after the other. Lives on the event loop.
///
/// A worker at rest takes the next call without a task being made for it; more are hired when all are busy, and those
/// that are too many at rest go home.
final class CallDesk {
    private static let restingWorkers = 4

    private let hire: () -> Void
    private var resting: [CheckedContinuation<ServerCall?, Never>] = []
    private var waiting = CircularBuffer<ServerCall>(initialCapacity: 4)
    private var isClosed = false

    init(hire: @escaping () -> Void) { self.hire = hire }

    func start(_ call: ServerCall) {
        if let worker = resting.popLast() {
            worker.resume(returning: call)
        } else {
            waiting.append(call)
            hire()
        }
    }

    /// A worker asks for its next call; nil sends it home.
    func next(_ worker: CheckedContinuation<ServerCall?, Never>) {
        if let call = waiting.popFirst() {
            worker.resume(returning: call)
        } else if isClosed || resting.count == Self.restingWorkers {
            worker.resume(returning: nil)
        } else {
            resting.append(worker)
        }
    }

    /// No call will come any more.
    func close() {
        isClosed = true
        for worker in resting { worker.resume(returning: nil) }
        resting = []
    }
}
