import NIOCore

/// Cuts a stream of JSON documents, one a line, out of the pieces in which it comes.
struct JSONLines {
    /// Bytes of one line.
    static let lineLimit = 1 << 20

    private var pending = ByteBuffer()

    /// - Returns: the lines that this piece completes, without their ends and without empty ones.
    /// - Throws: `.malformed` for a line without an end within `lineLimit`.
    mutating func take(_ piece: ByteBuffer) throws(DockerFailure) -> [ByteBuffer] {
        pending.writeImmutableBuffer(piece)
        var lines: [ByteBuffer] = []
        while let end = pending.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let length = end - pending.readerIndex
            if let line = pending.readSlice(length: length), line.readableBytesView.contains(where: { $0 > 0x20 }) {
                lines.append(line)
            }
            pending.moveReaderIndex(forwardBy: 1)
        }
        guard pending.readableBytes <= Self.lineLimit else {
            throw .malformed("a line has no end within \(Self.lineLimit) bytes")
        }
        pending.discardReadBytes()
        return lines
    }
}
