package import Logging
import Linux
import NIOCore
package import Sockets

/// HTTP/1.1 on a unix or TCP socket.
package struct HTTPServer: Sendable {
    private let respond: @Sendable (ServerRequest) async -> ServerResponse
    private let limits: HTTPLimits
    private let logger: Logger

    /// - Parameter respond: sees every request; errors it throws are its own to have turned into answers. It runs on the
    ///   connection's event loop: it may await, never block. Its task is cancelled when the client goes away.
    package init(
        limits: HTTPLimits = HTTPLimits(), logger: Logger = Logger(label: "http"),
        respond: @escaping @Sendable (ServerRequest) async -> ServerResponse
    ) {
        self.limits = limits
        self.logger = logger
        self.respond = respond
    }

    /// Binds `path` (mode 0660, stale file replaced, live one refused) and serves until the task is cancelled; then
    /// requests at work get `grace`, and the socket file is removed.
    /// - Throws: `OxbowError` when the path cannot be bound, or listening ends by itself.
    package func run(at path: String, grace: Duration = .seconds(5), onReady: @Sendable () async -> Void = {})
        async throws
    {
        try await run(on: ListeningSocket(try await UnixListener.open(path)), grace: grace, onReady: onReady)
    }

    /// As `run(at:)`, on a socket that listens already.
    package func run(
        on socket: ListeningSocket, grace: Duration = .seconds(5), onReady: @Sendable () async -> Void = {}
    ) async throws {
        let server = SocketServer(connections: limits.connections) { bootstrap in
            bootstrap
                // Input that ends is the end of a process's stdin, not of the answer.
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                // Nothing is read before somebody waits for it.
                .childChannelOption(.autoRead, value: false)
        }
        try await server.run(on: socket, grace: grace, onReady: onReady) { [limits, respond, logger] channel in
            let link = try HTTPLink.attach(to: channel, limits: limits)
            return SocketServer.Connection(serve: { await link.serve(respond, logger) }, drain: link.drain)
        }
    }
}
