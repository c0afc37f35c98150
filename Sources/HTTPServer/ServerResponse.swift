package import NIOCore
package import NIOHTTP1

/// What a route answers.
///
/// The framing headers (`Content-Length`, `Transfer-Encoding`, `Connection`) are the server's; only an answer to HEAD
/// may bring its own `Content-Length`.
package enum ServerResponse: Sendable {
    case bytes(status: HTTPResponseStatus, headers: HTTPHeaders, body: ByteBuffer)
    /// Chunked; each piece is flushed. The head goes out before `write` begins: an error it throws ends the connection,
    /// so that the client sees a body cut short. Not run for HEAD.
    case stream(status: HTTPResponseStatus, headers: HTTPHeaders, write: @Sendable (BodyWriter) async throws -> Void)
    /// Takes the connection over after the head ("hijack"); the head is written raw, without framing headers. What is left
    /// of the request's body is skipped. The connection ends when `run` returns.
    case hijack(
        status: HTTPResponseStatus, headers: HTTPHeaders, run: @Sendable (HijackedConnection) async throws -> Void)
}
