import NIOCore
import Sockets

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
    /// Sends that wait for room: nil when there is, else why nothing more can be sent.
    var waiting = WaitingTasks<GRPCStatus?>()

    init(_ id: Int32, head: CallHead, request: RequestReader?) {
        self.id = id
        self.head = head
        self.request = request
    }

    /// Nobody listens any more: whoever works for this call may stop.
    func release(_ end: GRPCStatus) {
        deadline?.cancel()
        waiting.resumeAll(end)
        call?.over.give()
    }
}
