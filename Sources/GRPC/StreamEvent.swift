import NIOCore

/// What the peer's bytes meant, in wire order.
enum StreamEvent: Equatable {
    /// A whole header list: of a request, an answer, or trailers. `isCut`: it was past the limit and is incomplete.
    case headers(stream: Int32, [HeaderField], isCut: Bool, ends: Bool)
    /// Bytes of a stream, never empty.
    case data(stream: Int32, ByteBuffer)
    /// The peer has said all on this stream (after its last data).
    case ended(stream: Int32)
    /// Our headers or trailers that end this stream went out.
    case answered(stream: Int32)
    /// The stream is gone from the session, for whatever reason and by whosever doing.
    case closed(stream: Int32, ResetReason)
    /// The peer's SETTINGS, an acknowledgement not among them.
    case settings
    case noise(FloodGuard.Noise)
    /// The peer takes no new streams after `last`.
    case goAway(last: Int32, ResetReason)
}
