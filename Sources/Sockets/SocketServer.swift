import Faults
import Linux
package import NIOCore
package import NIOPosix

/// Accepts connections on a socket that listens, serves each in a task of its own, and ends them with grace.
package struct SocketServer: Sendable {
    /// One accepted connection, whose pipeline is set up.
    package struct Connection: Sendable {
        /// Returns when the connection is gone and all its work has ended.
        let serve: @Sendable () async -> Void
        /// Called at most once, from anywhere: the connection takes no more work, and ends within the time given.
        let drain: @Sendable (Duration) -> Void

        package init(serve: @escaping @Sendable () async -> Void, drain: @escaping @Sendable (Duration) -> Void) {
            self.serve = serve
            self.drain = drain
        }
    }

    private let limit: Int
    private let options: @Sendable (ServerBootstrap) -> ServerBootstrap

    /// - Parameters:
    ///   - connections: at a time; one more is closed at once.
    ///   - options: sets the options of accepted channels.
    package init(
        connections: Int, options: @escaping @Sendable (ServerBootstrap) -> ServerBootstrap = { $0 }
    ) {
        self.limit = connections
        self.options = options
    }

    /// Serves until the task is cancelled; then a socket's file is removed, connections are told to end within `grace`, and
    /// it returns once they have.
    /// - Parameters:
    ///   - socket: taken over, whatever comes of it.
    ///   - attach: on the channel's loop: sets its pipeline up.
    /// - Throws: `OxbowError` when listening cannot begin, or ends by itself.
    package func run(
        on socket: ListeningSocket, grace: Duration, onReady: @Sendable () async -> Void,
        attach: @escaping @Sendable (any Channel) throws -> Connection
    ) async throws {
        let open = OpenConnections(limit: limit)
        let (accepted, accept) = AsyncStream.makeStream(of: Connection.self)
        let bootstrap = options(ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = try attach(channel)
                    // Failing here closes the channel.
                    guard let number = open.admit(connection.drain) else { throw ChannelError.ioOnClosedChannel }
                    channel.closeFuture.whenComplete { _ in open.leave(number) }
                    accept.yield(connection)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.withBoundSocket(socket.descriptor).get()
        } catch {
            await socket.removeFile()
            throw OxbowError(.ours, "socket: cannot listen (\(socket.name))", origin: error)
        }
        socket.restoreQueue()
        channel.closeFuture.whenComplete { _ in accept.finish() }

        // A task of its own, because connections must outlive the cancellation of ours by `grace`, and cancellation
        // reaches structured children at once. It never outlives this function.
        let serving = Task {
            await withDiscardingTaskGroup { group in
                for await connection in accepted { group.addTask { await connection.serve() } }
                await socket.removeFile()
            }
        }
        await withTaskCancellationHandler {
            await onReady()
            await serving.value
        } onCancel: {
            channel.close(promise: nil)
            open.drain(grace: grace)
        }
        guard Task.isCancelled else { throw OxbowError(.ours, "socket: closed under the server (\(socket.name))") }
    }
}
