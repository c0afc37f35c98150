import NIOCore

/// One call as the server's connection keeps it, from its headers to the end of its stream.
struct ServerStream {
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
    var waiting: [(id: Int, CheckedContinuation<GRPCStatus?, Never>)] = []
    /// Waits whose task was cancelled before they began.
    var stopped: Set<Int> = []

    init(head: CallHead, request: RequestReader?) {
        self.head = head
        self.request = request
    }
}
