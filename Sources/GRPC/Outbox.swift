import NIOCore

/// Messages of one stream that wait for the peer's flow-control window, and how the stream ends after them.
struct Outbox {
    /// One message: the prefix is written when its turn comes, so that a message costs no buffer but its own.
    private struct Piece {
        let length: UInt32
        /// Bytes of the prefix that are still to be sent.
        var prefixLeft = MessageReader.prefixBytes
        var payload: ByteBuffer

        /// Big-endian: flag 0, then the length.
        func prefixByte(_ index: Int) -> UInt8 {
            index == 0 ? 0 : UInt8(truncatingIfNeeded: length >> (8 * UInt32(MessageReader.prefixBytes - 1 - index)))
        }
    }

    private var first: Piece?
    private var rest = CircularBuffer<Piece>(initialCapacity: 0)
    private(set) var bytes = 0
    /// Nothing will be added any more.
    var isComplete = false
    /// Sent after the last byte; nil: the last byte itself ends the stream.
    var trailers: HeaderList?

    /// - Precondition: at most 4 GiB − 1, which every limit on messages is below.
    mutating func append(_ message: ByteBuffer) {
        bytes += MessageReader.prefixBytes + message.readableBytes
        let piece = Piece(length: UInt32(message.readableBytes), payload: message)
        if first == nil { first = piece } else { rest.append(piece) }
    }

    /// Moves the next `count` bytes.
    /// - Precondition: `count <= bytes`.
    mutating func move(_ count: Int, to output: inout ByteBuffer) {
        var missing = count
        while missing > 0, first != nil { missing -= moveFirst(missing, to: &output) }
        bytes -= count - missing
    }

    private mutating func moveFirst(_ count: Int, to output: inout ByteBuffer) -> Int {
        guard var piece = first.take() else { return 0 }
        var moved = 0
        while piece.prefixLeft > 0, moved < count {
            output.writeInteger(piece.prefixByte(MessageReader.prefixBytes - piece.prefixLeft))
            piece.prefixLeft -= 1
            moved += 1
        }
        if let part = piece.payload.readSlice(length: min(count - moved, piece.payload.readableBytes)) {
            output.writeImmutableBuffer(part)
            moved += part.readableBytes
        }
        first = piece.prefixLeft > 0 || piece.payload.readableBytes > 0 ? piece : rest.popFirst()
        return moved
    }
}
