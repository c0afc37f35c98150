import Faults
import Logging
import NIOCore
import NIOHTTP1
import Sockets

/// One connection, as the task that serves it sees it.
struct HTTPLink: Sendable {
    let connection: NIOLoopBound<HTTPConnection>
    let limits: HTTPLimits
    private let channel: any Channel
    private let executor: LoopExecutor

    /// Sets the channel's pipeline up. Called on its event loop.
    static func attach(to channel: any Channel, limits: HTTPLimits) throws -> HTTPLink {
        let connection = HTTPConnection(limits: limits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(connection)
        // The boundary lets no byte past a request through, so there is never anything left over.
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(PartCollector(connection))
        return HTTPLink(
            connection: NIOLoopBound(connection, eventLoop: channel.eventLoop), limits: limits, channel: channel,
            executor: LoopExecutor(channel.eventLoop))
    }

    /// Serves one request after the other until the connection ends; a client that goes away cancels what is at work.
    func serve(_ respond: @escaping @Sendable (ServerRequest) async -> ServerResponse, _ logger: Logger) async {
        await withTaskExecutorPreference(executor) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await RequestLoop(link: self, respond: respond, logger: logger).run() }
                // However it ended, it ended.
                try? await channel.closeFuture.get()
                group.cancelAll()
            }
        }
    }

    func drain(_ grace: Duration) {
        executor.loop.perform { [connection] in connection.value.drain(grace: grace) }
    }

    func next() async -> Incoming {
        await connection.wait {
            $0.read($1, $2)
        } stop: {
            $0.readers.stop($1, .cancelled)
        }
    }

    /// - Throws: `OxbowError(.cancelled)` when the client is gone, `CancellationError` when the task was cancelled.
    func write(_ pieces: [ByteBuffer]) async throws {
        let result: WriteResult = await connection.wait {
            $0.write(pieces, $1, $2)
        } stop: {
            $0.writers.stop($1, .cancelled)
        }
        switch result {
        case .written: return
        case .gone: throw OxbowError(.cancelled, "connection: closed by the client")
        case .cancelled: throw CancellationError()
        }
    }
}
