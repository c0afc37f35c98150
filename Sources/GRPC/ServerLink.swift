import NIOCore
import Sockets

/// One accepted connection, as the task that serves it sees it.
struct ServerLink: Sendable {
    private let hires: AsyncStream<Void>
    private let desk: NIOLoopBound<CallDesk>
    private let connection: NIOLoopBound<ServerConnection>
    private let executor: LoopExecutor

    /// Puts the HTTP/2 handler and the server's side into the channel's pipeline. Called on the channel's event loop.
    static func attach(to channel: any Channel, limits: GRPCLimits) throws -> ServerLink {
        let executor = LoopExecutor(channel.eventLoop)
        let (hires, hire) = AsyncStream.makeStream(of: Void.self)
        let desk = CallDesk { hire.yield() }
        let transport = HTTP2Handler(session: try Session.make(.server, limits: limits))
        let connection = ServerConnection(
            transport, executor: executor, limits: limits, start: desk.start,
            atEnd: {
                desk.close()
                hire.finish()
            })
        transport.attach(connection)
        try channel.pipeline.syncOperations.addHandler(transport)
        return ServerLink(
            hires: hires, desk: NIOLoopBound(desk, eventLoop: channel.eventLoop),
            connection: NIOLoopBound(connection, eventLoop: channel.eventLoop), executor: executor)
    }

    /// Returns when the connection is gone and all its calls have ended.
    func run(_ handler: any GRPCHandler) async {
        await withTaskExecutorPreference(executor) {
            await withDiscardingTaskGroup { group in
                for await _ in hires { group.addTask { await work(handler) } }
            }
        }
    }

    /// Takes no more calls, and ends within `grace`.
    func drain(_ grace: Duration) {
        executor.loop.perform { [connection] in connection.value.drain(grace: grace) }
    }

    private func work(_ handler: any GRPCHandler) async {
        while let call = await nextCall() { await call.run(handler) }
    }

    private func nextCall() async -> ServerCall? {
        await withCheckedContinuation { worker in
            executor.loop.perform { [desk] in desk.value.next(worker) }
        }
    }
}
