import NIOCore
import Sockets

/// One call as its task sees it.
final class ServerCall: Sendable {
    let head: CallHead
    let message: ByteBuffer
    let stream: Int32
    /// Given when the handler's work is done, or nobody wants it any more.
    let over = Signal()
    private let connection: NIOLoopBound<ServerConnection>
    private let executor: LoopExecutor

    init(_ stream: ServerStream, message: ByteBuffer, connection: ServerConnection, executor: LoopExecutor) {
        self.head = stream.head
        self.message = message
        self.stream = stream.id
        self.connection = NIOLoopBound(connection, eventLoop: executor.loop)
        self.executor = executor
    }

    /// Runs the handler to its end; its task is cancelled when `over` is given first.
    func run(_ handler: any GRPCHandler) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: executor) { await self.answer(handler) }
            await over.wait()
            group.cancelAll()
        }
    }

    private func answer(_ handler: any GRPCHandler) async {
        var status = GRPCStatus(.ok)
        do throws(GRPCStatus) {
            let answers = AnswerWriter { (answer) async throws(GRPCStatus) in try await self.send(answer) }
            try await handler.answer(head, message: message, answers: answers)
        } catch {
            status = error
        }
        let end = status
        await connection.onLoop { [stream] in $0.finish(stream, end) }
        over.give()
    }

    private func send(_ answer: ByteBuffer) async throws(GRPCStatus) {
        switch await connection.onLoop({ [stream] in $0.send(stream, answer) }) {
        case .taken: return
        case .refused(let status): throw status
        case .full:
            let end: GRPCStatus? = await connection.wait { [stream] in
                $0.waitForRoom(stream, $1, $2)
            } stop: { [stream] in
                $0.streams[stream]?.waiting.stop($1, .withdrawn)
            }
            if let end { throw end }
        }
    }
}
