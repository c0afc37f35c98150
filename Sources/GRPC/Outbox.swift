import NIOCore

/// Bytes of one stream that wait for the peer's flow-control window, and how the stream ends after them.
struct Outbox {
    private var pieces = CircularBuffer<ByteBuffer>(initialCapacity: 4)
    private(set) var bytes = 0
    /// Nothing will be added any more.
    var isComplete = false
    /// Sent after the last byte; nil: the last byte itself ends the stream.
    var trailers: HeaderList?

    mutating func append(_ piece: ByteBuffer) {
        guard piece.readableBytes > 0 else { return }
        bytes += piece.readableBytes
        pieces.append(piece)
    }

    /// Moves the next `count` bytes.
    /// - Precondition: `count <= bytes`.
    mutating func move(_ count: Int, to output: inout ByteBuffer) {
        var missing = count
        while missing > 0, var piece = pieces.popFirst() {
            guard let part = piece.readSlice(length: min(missing, piece.readableBytes)) else { break }
            output.writeImmutableBuffer(part)
            missing -= part.readableBytes
            if piece.readableBytes > 0 { pieces.prepend(piece) }
        }
        bytes -= count - missing
    }
}
