import NIOCore
import NIOHTTP1

/// What a connection's task reads.
enum Incoming: Sendable {
    case head(HTTPRequestHead)
    case body(ByteBuffer)
    /// Of a request.
    case end
    /// Bytes of a connection that was taken over.
    case raw(ByteBuffer)
    /// The client sends no more, or is gone.
    case closed
    case fault(RequestBoundary.Fault)
    /// The task that waited was cancelled.
    case cancelled
}

/// What became of bytes that were to be written.
enum WriteResult: Sendable { case written, gone, cancelled }
