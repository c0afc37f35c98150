import Faults
import Linux
import NIOCore
import NIOPosix

/// A gRPC server on a unix socket.
package struct GRPCServer: Sendable {
    private let handler: any GRPCHandler
    private let limits: GRPCLimits

    package init(handler: any GRPCHandler, limits: GRPCLimits = GRPCLimits()) {
        self.handler = handler
        self.limits = limits
    }

    /// Binds `path` (mode 0660, a stale socket file is replaced, a live one is an error) and serves until the task is
    /// cancelled; then sends GOAWAY, lets calls in progress end for up to `grace`, and removes the socket file.
    /// - Throws: `OxbowError` when the path cannot be bound, or listening ends by itself.
    package func run(at path: String, grace: Duration = .seconds(5), onReady: @Sendable () async -> Void = {})
        async throws
    {
        let listener = try await UnixListener.open(path)
        let connections = ServerConnections(limit: limits.connections)
        let (accepted, accept) = AsyncStream.makeStream(of: ServerLink.self)
        let channel: any Channel
        do {
            channel = try await bootstrap(connections, accept).withBoundSocket(listener.descriptor).get()
        } catch {
            await listener.removeFile()
            throw OxbowError(.ours, "socket: cannot listen (\(path))", origin: error)
        }
        channel.closeFuture.whenComplete { _ in accept.finish() }

        // A task of its own, because the calls must outlive the cancellation of ours by `grace`, and cancellation
        // reaches structured children at once. It never outlives this function.
        let serving = Task {
            await withDiscardingTaskGroup { group in
                for await link in accepted { group.addTask { await link.run(handler) } }
                await listener.removeFile()
            }
        }
        await withTaskCancellationHandler {
            await onReady()
            await serving.value
        } onCancel: {
            channel.close(promise: nil)
            connections.drain(grace: grace)
        }
        guard Task.isCancelled else { throw OxbowError(.ours, "socket: closed under the server (\(path))") }
    }

    private func bootstrap(
        _ connections: ServerConnections, _ accept: AsyncStream<ServerLink>.Continuation
    ) -> ServerBootstrap {
        ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { [limits] channel in
                channel.eventLoop.makeCompletedFuture {
                    let link = try ServerLink.attach(to: channel, limits: limits, connections)
                    accept.yield(link)
                }
            }
    }
}
