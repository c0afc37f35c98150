import NIOCore

/// One call as the server's connection keeps it, from its headers to the end of its stream. Lives on the event loop.
final class ServerStream {
    let id: Int32
    let head: CallHead
    /// Gathers the request; nil once the handler has it, or when nobody wants it.
    var request: RequestReader?
    /// The handler at work; nil before it starts.
    var call: ServerCall?
    var deadline: Scheduled<Void>?
    /// The client took some of the answer since the last look (see `ServerConnection.sweep`).
    var hasMoved = true
    var hasHeaders = false
    /// The answer's end is decided: later words of the handler are dropped.
    var isDone = false
    /// Answered though the request is still on its way: the client is to be told to stop once it has the answer.
    var wantsNoMore = false
    /// A fault of the handler's own answers, which becomes the call's status whatever the handler says.
    var fault: GRPCStatus?
    /// Sends that wait for room, by the number of the wait.
    private var waiting: [(id: Int, CheckedContinuation<GRPCStatus?, Never>)] = []
    /// Waits whose task was cancelled before they began.
    private var stopped: Set<Int> = []

    init(_ id: Int32, head: CallHead, request: RequestReader?) {
        self.id = id
        self.head = head
        self.request = request
    }

    func wait(_ wait: Int, _ continuation: CheckedContinuation<GRPCStatus?, Never>) {
        if stopped.remove(wait) == nil {
            waiting.append((wait, continuation))
        } else {
            continuation.resume(returning: .withdrawn)
        }
    }

    /// The task that waits, or is about to, was cancelled.
    func stop(_ wait: Int) {
        if let index = waiting.firstIndex(where: { $0.id == wait }) {
            waiting.remove(at: index).1.resume(returning: .withdrawn)
        } else {
            stopped.insert(wait)
        }
    }

    /// - Parameter end: why nothing more can be sent; nil: there is room.
    func resumeWaiting(_ end: GRPCStatus?) {
        guard !waiting.isEmpty else { return }
        let resumed = waiting
        waiting = []
        for (_, continuation) in resumed { continuation.resume(returning: end) }
    }

    /// Nobody listens any more: whoever works for this call may stop.
    func release(_ end: GRPCStatus) {
        deadline?.cancel()
        resumeWaiting(end)
        call?.over.give()
    }
}
