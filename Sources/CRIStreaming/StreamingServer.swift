package import Faults
import HTTPServer
package import Linux
package import Logging
import NIOCore
import NIOHTTP1
import Sockets

/// The server behind the URLs that Exec, Attach and PortForward answer.
///
/// Plain HTTP, without authentication but the token: it listens on a loopback address unless told otherwise.
package final class StreamingServer: Sendable {
    private let listener: TCPListener
    private let tokens: TokenTable
    private let limits: StreamingLimits
    private let logger: Logger
    private let afterwards: AsyncStream<@Sendable () async -> Void>
    private let later: AsyncStream<@Sendable () async -> Void>.Continuation

    package init(listener: TCPListener, limits: StreamingLimits = StreamingLimits(), logger: Logger) {
        self.listener = listener
        self.limits = limits
        self.logger = logger
        tokens = TokenTable(limit: limits.tokens, life: limits.tokenLife)
        // One for each client that went before the end; each lasts for a bounded time.
        (afterwards, later) = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)
    }

    /// Where one client may ask for the request, once.
    /// - Throws: `.tooLarge` when too many wait for their clients already.
    package func url(for request: StreamRequest) throws(OxbowError) -> String {
        "http://\(listener.authority)/\(request.route)/\(try tokens.issue(request))"
    }

    /// Serves until the task is cancelled.
    package func run(for runtime: any StreamingRuntime, grace: Duration = .seconds(1)) async throws {
        var http = HTTPLimits()
        http.connections = limits.connections
        let server = HTTPServer(limits: http, logger: logger) { await self.respond($0, runtime) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for await work in self.afterwards { group.addTask { await work() } }
                }
            }
            defer { group.cancelAll() }
            try await server.run(on: ListeningSocket(listener), grace: grace)
        }
    }

    private func respond(_ request: ServerRequest, _ runtime: any StreamingRuntime) async -> ServerResponse {
        guard request.method == .GET || request.method == .POST else {
            return .bytes(status: .methodNotAllowed, headers: ["Allow": "GET, POST"], body: ByteBuffer())
        }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 3, path[0].isEmpty, let asked = tokens.take(String(path[2])), asked.route == path[1] else {
            return Self.refusal(.notFound, [:], "404 page not found")
        }
        switch asked {
        case .exec(let exec):
            return command(
                request,
                service(runtime, .exec, exec.streams) { () async throws(OxbowError) in
                    try await runtime.exec(exec)
                })
        case .attach(let attach):
            return command(
                request,
                service(runtime, .attach, attach.streams) { () async throws(OxbowError) in
                    try await runtime.attach(attach)
                })
        case .portForward(let forward): return ports(request, forward, runtime)
        }
    }

    private func service(
        _ runtime: any StreamingRuntime, _ kind: CommandSession.Kind, _ selection: StreamSelection,
        _ begin: @escaping @Sendable () async throws(OxbowError) -> RemoteProcess
    ) -> CommandService {
        CommandService(
            session: CommandSession(
                kind: kind, runtime: runtime, limits: limits, logger: logger,
                afterwards: { [later] work in later.yield(work) }),
            selection: selection, begin: begin)
    }

    private func command(_ request: ServerRequest, _ service: CommandService) -> ServerResponse {
        if WebSocketUpgrade.isAsked(request.headers) {
            let protocols = WebSocketCommand.protocols
            switch WebSocketUpgrade.negotiate(request.method, request.headers, supported: Set(protocols.keys)) {
            case .refused(let status, let headers, let text): return Self.refusal(status, headers, text)
            case .agreed(let name, let headers):
                // The negotiation gives only names that are in the table.
                let (version, format) = protocols[name] ?? (.v1, .binary)
                return takeOver(headers) { try await service.overWebSocket($0, version, format) }
            }
        }
        let supported = CommandVersion.allCases.reversed().map(\.name)
        switch SPDYUpgrade.negotiate(request.headers, supported: supported) {
        case .refused(let status, let headers, let text): return Self.refusal(status, headers, text)
        case .agreed(let name):
            let version = CommandVersion(name) ?? .v4
            return takeOver(SPDYUpgrade.headers(for: name)) { try await service.overSPDY($0, version) }
        }
    }

    private func ports(
        _ request: ServerRequest, _ forward: PortForwardStreamRequest, _ runtime: any StreamingRuntime
    ) -> ServerResponse {
        let spdy = SPDYPorts(request: forward, runtime: runtime, limits: limits, logger: logger)
        guard WebSocketUpgrade.isAsked(request.headers) else {
            switch SPDYUpgrade.negotiate(request.headers, supported: [SPDYPorts.protocolName]) {
            case .refused(let status, let headers, let text): return Self.refusal(status, headers, text)
            case .agreed(let name): return takeOver(SPDYUpgrade.headers(for: name)) { try await spdy.serve($0) }
            }
        }
        let protocols = WebSocketPorts.protocols
        let supported = Set(protocols.keys).union([WebSocketPorts.tunnel])
        switch WebSocketUpgrade.negotiate(request.method, request.headers, supported: supported) {
        case .refused(let status, let headers, let text): return Self.refusal(status, headers, text)
        case .agreed(WebSocketPorts.tunnel, let headers):
            return takeOver(headers) { [limits] raw in
                let tunnel = WebSocketTunnel(raw, limits: limits)
                try await firstOf {
                    try await tunnel.receive()
                } or: {
                    try await spdy.serve(tunnel.inner)
                }
            }
        case .agreed(let name, let headers):
            let format = protocols[name] ?? .binary
            guard !forward.ports.isEmpty, forward.ports.count <= WebSocketPorts.portLimit(format) else {
                return Self.refusal(
                    .badRequest, [:], "port: between 1 and \(WebSocketPorts.portLimit(format)) are needed")
            }
            let served = WebSocketPorts(request: forward, runtime: runtime, limits: limits, logger: logger)
            return takeOver(headers) { try await served.serve($0, format) }
        }
    }

    /// Upgrades the connection; it ends when `serve` does, or when it has lain still for too long.
    private func takeOver(
        _ headers: HTTPHeaders, _ serve: @escaping @Sendable (HijackedConnection) async throws -> Void
    ) -> ServerResponse {
        .hijack(status: .switchingProtocols, headers: headers) { [limits, logger] raw in
            let activity = Activity()
            do {
                try await firstOf {
                    try await serve(activity.watching(raw))
                } or: {
                    await activity.lapse(after: limits.idle ?? .seconds(100 * 365 * 24 * 3600))
                    if !Task.isCancelled { logger.info("a connection lay still for too long") }
                }
            } catch let error where Self.isPeersFault(error) {
                logger.info("a client broke the protocol", metadata: ["error": "\(error)"])
            }
        }
    }

    private static func isPeersFault(_ error: any Error) -> Bool {
        error is SPDYFault || error is WebSocketReader.Fault || error is ChannelReader.Malformed
            || error is StreamGone
    }

    private static func refusal(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ text: String) -> ServerResponse
    {
        var headers = headers
        headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        return .bytes(status: status, headers: headers, body: ByteBuffer(string: text + "\n"))
    }
}
