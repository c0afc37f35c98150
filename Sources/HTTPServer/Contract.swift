// CONTRACT: signatures other modules build against. The owner replaces the bodies and splits this file, one type a file.
public import NIOCore
public import NIOHTTP1

package struct ServerRequest: Sendable {
    package var method: HTTPMethod
    /// Percent-decoded path segments are the router's; this is the raw path without query.
    package var path: String
    /// Decoded, in order; a name may repeat.
    package var query: [(name: String, value: String)]
    package var headers: HTTPHeaders
    package var body: RequestBody
    /// From the router: `{id}`, `{name:.*}`.
    package var parameters: [String: String]
    /// The client asked for `Connection: Upgrade`.
    package var wantsUpgrade: Bool
}

/// The request's body, read at most once.
package struct RequestBody: Sendable {
    /// The whole body; - Throws: `OxbowError(.tooLarge)` past `limit` bytes.
    package func collect(limit: Int = 16 << 20) async throws -> ByteBuffer { fatalError("contract") }
    /// Piece by piece, with back-pressure.
    package func forEach(_ piece: (ByteBuffer) async throws -> Void) async throws { fatalError("contract") }
}

/// What a route answers.
package enum ServerResponse: Sendable {
    case bytes(status: HTTPResponseStatus, headers: HTTPHeaders, body: ByteBuffer)
    /// Chunked; each piece is flushed. Errors thrown after the first piece end the connection.
    case stream(status: HTTPResponseStatus, headers: HTTPHeaders, write: @Sendable (BodyWriter) async throws -> Void)
    /// Takes the connection over after the head ("hijack"); the head is written raw, without framing headers.
    case hijack(status: HTTPResponseStatus, headers: HTTPHeaders, run: @Sendable (HijackedConnection) async throws -> Void)
}

package struct BodyWriter: Sendable {
    package func write(_ piece: ByteBuffer) async throws { fatalError("contract") }
}

package struct HijackedConnection: Sendable {
    /// nil when the client has half-closed (or gone).
    package func read() async throws -> ByteBuffer? { fatalError("contract") }
    package func write(_ bytes: ByteBuffer) async throws { fatalError("contract") }
    package func finishWriting() async throws { fatalError("contract") }
}

/// Routes requests by method and pattern. Patterns: `/containers/{id}/json`, `/images/{name:.*}/json` (greedy).
package struct Router: Sendable {
    package typealias Handler = @Sendable (ServerRequest) async throws -> ServerResponse
    package init() { fatalError("contract") }
    package mutating func on(_ method: HTTPMethod, _ pattern: String, _ handler: @escaping Handler) { fatalError("contract") }
    /// nil: no route of that method and path.
    package func route(_ method: HTTPMethod, _ path: String) -> (handler: Handler, parameters: [String: String])? { fatalError("contract") }
}

/// HTTP/1.1 on a unix socket.
package struct HTTPServer: Sendable {
    /// - Parameter respond: sees every request; errors it throws are its own to have turned into answers.
    package init(respond: @escaping @Sendable (ServerRequest) async -> ServerResponse) { fatalError("contract") }
    /// Binds `path` (mode 0660, stale file replaced, live one refused) and serves until the task is cancelled.
    package func run(at path: String, grace: Duration = .seconds(5), onReady: @Sendable () async -> Void = {}) async throws { fatalError("contract") }
}
