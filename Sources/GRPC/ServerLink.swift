import NIOCore

/// One accepted connection, as the task that serves it sees it.
struct ServerLink: Sendable {
    private let calls: AsyncStream<ServerCall>
    private let executor: LoopExecutor

    /// Puts the HTTP/2 handler and the server's side into the channel's pipeline. Called on the channel's event loop.
    /// - Throws: `ChannelError.ioOnClosedChannel` when the server is full or ends: the channel is closed then.
    static func attach(
        to channel: any Channel, limits: GRPCLimits, _ connections: ServerConnections
    ) throws -> ServerLink {
        let executor = LoopExecutor(channel.eventLoop)
        let (calls, start) = AsyncStream.makeStream(of: ServerCall.self)
        let transport = HTTP2Handler(session: try Session.make(.server, limits: limits))
        let place = NIOLoopBoundBox<(@Sendable () -> Void)?>(nil, eventLoop: channel.eventLoop)
        let connection = ServerConnection(
            transport, executor: executor, limits: limits, start: { start.yield($0) },
            atEnd: {
                place.value?()
                start.finish()
            })
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        place.value = connections.admit { grace in
            executor.loop.perform { bound.value.drain(grace: grace) }
        }
        guard place.value != nil else { throw ChannelError.ioOnClosedChannel }
        transport.attach(connection)
        try channel.pipeline.syncOperations.addHandler(transport)
        return ServerLink(calls: calls, executor: executor)
    }

    /// Each call is a child task; returns when the connection is gone and all of them have ended.
    func run(_ handler: any GRPCHandler) async {
        await withTaskExecutorPreference(executor) {
            await withDiscardingTaskGroup { group in
                for await call in calls { group.addTask { await call.run(handler) } }
            }
        }
    }
}
