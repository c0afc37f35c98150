package import NIOCore

/// Reads Docker's multiplex piece by piece, wherever the pieces are cut.
///
/// A header that no daemon sends is the peer's fault: it throws, and the stream is of no further use. A stream that ends
/// within a frame shows as `isWithinFrame` at its end.
package struct StreamFrameDecoder: Sendable {
    /// A longer frame is handed on in pieces of at most this many bytes, so that a peer's header alone
    /// makes nobody allocate.
    package static let pieceLimit = 64 << 10

    private var waiting = ByteBuffer()
    /// Of the frame that is being read.
    private var stream = StreamFrame.Stream.stdout
    private var missing = 0

    package init() {}

    package var isWithinFrame: Bool { missing > 0 || waiting.readableBytes > 0 }

    /// - Returns: what can be told of the bytes so far; parts of a frame come as frames of their own.
    package mutating func receive(_ bytes: ByteBuffer) throws(StreamFrameFailure) -> [StreamFrame] {
        waiting.writeImmutableBuffer(bytes)
        var frames: [StreamFrame] = []
        while true {
            if missing == 0 {
                guard waiting.readableBytes >= StreamFrame.headerBytes else { break }
                try readHeader()
                continue
            }
            guard let piece = waiting.readSlice(length: min(missing, waiting.readableBytes, Self.pieceLimit)),
                piece.readableBytes > 0
            else { break }
            missing -= piece.readableBytes
            frames.append(StreamFrame(stream, piece))
        }
        waiting.discardReadBytes()
        return frames
    }

    private mutating func readHeader() throws(StreamFrameFailure) {
        guard let kind = waiting.readInteger(as: UInt32.self), let length = waiting.readInteger(as: UInt32.self),
            kind & 0xFF_FFFF == 0, let stream = StreamFrame.Stream(rawValue: UInt8(kind >> 24))
        else { throw StreamFrameFailure() }
        self.stream = stream
        missing = Int(length)
    }
}

/// Bytes that are no frame header: most likely a terminal's raw output.
package struct StreamFrameFailure: Error, Sendable, Equatable {
    package init() {}
}
