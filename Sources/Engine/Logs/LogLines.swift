import NIOCore

/// Cuts a log file's bytes into lines, wherever the pieces end.
struct LogLines {
    /// A piece of 16 KiB takes six times that when each byte is escaped; what exceeds this is not ours and passed over.
    static let lineLimit = 128 << 10

    private var rest = ByteBuffer()
    private var isSkipping = false

    /// - Returns: the lines that are whole by now, without their line ends.
    mutating func receive(_ bytes: ByteBuffer) -> [ByteBuffer] {
        rest.writeImmutableBuffer(bytes)
        var lines: [ByteBuffer] = []
        while let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            // The index is one of the readable bytes, so the slice is there.
            let line = rest.readSlice(length: end - rest.readerIndex) ?? ByteBuffer()
            rest.moveReaderIndex(forwardBy: 1)
            if isSkipping { isSkipping = false } else if line.readableBytes <= Self.lineLimit { lines.append(line) }
        }
        if rest.readableBytes > Self.lineLimit {
            rest.clear()
            isSkipping = true
        }
        rest.discardReadBytes()
        return lines
    }
}
