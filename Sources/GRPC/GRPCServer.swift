import Linux
import NIOCore
import Sockets

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
        try await SocketServer(connections: limits.connections)
            .run(on: ListeningSocket(try await UnixListener.open(path)), grace: grace, onReady: onReady) {
                [handler, limits] channel in
                let link = try ServerLink.attach(to: channel, limits: limits)
                return SocketServer.Connection(serve: { await link.run(handler) }, drain: link.drain)
            }
    }
}
