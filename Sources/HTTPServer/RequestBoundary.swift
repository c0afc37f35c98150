import NIOCore

/// Finds where a request begins and ends, so that not one byte of what follows it reaches the HTTP decoder: what follows
/// may be the next request, or the raw bytes of a connection that is taken over.
struct RequestBoundary {
    enum Framing: Equatable {
        case length(Int)
        case chunked
    }
    enum Fault: Error, Equatable, Sendable {
        case headTooLarge
        case malformed
        /// The client's end came within a request.
        case cutShort
        /// The client took longer than the limits allow.
        case tooSlow
    }
    private enum Phase {
        case head(scanned: Int, isLineEmpty: Bool)
        /// The decoder has the head; `headRead` says what follows.
        case decoding
        case length(left: Int)
        case chunks(ChunkScanner)
        case over
    }

    private let headLimit: Int
    private var phase = Phase.head(scanned: 0, isLineEmpty: false)

    init(headLimit: Int) { self.headLimit = headLimit }

    var isOver: Bool { if case .over = phase { true } else { false } }
    /// Not one byte of the request has been taken.
    var isAtHead: Bool { if case .head = phase { true } else { false } }
    /// Bytes of the body still to come; nil when only its end will tell.
    var bytesLeft: Int? {
        switch phase {
        case .length(let left): left
        case .over: 0
        case .head, .decoding, .chunks: nil
        }
    }

    /// The decoder's next bytes: the whole head at once, then pieces of the body.
    /// - Returns: nil when more must be read first, or the request is over.
    mutating func take(from bytes: inout ByteBuffer) throws(Fault) -> ByteBuffer? {
        switch phase {
        case .head: return try takeHead(from: &bytes)
        case .decoding: throw .malformed  // the decoder made no head of what ended like one
        case .over: return nil
        case .length(let left):
            guard let piece = bytes.readSlice(length: min(left, bytes.readableBytes)), piece.readableBytes > 0 else {
                return nil
            }
            phase = piece.readableBytes == left ? .over : .length(left: left - piece.readableBytes)
            return piece
        case .chunks(var scanner):
            guard bytes.readableBytes > 0 else { return nil }
            do {
                let count = try scanner.scan(bytes.readableBytesView)
                phase = scanner.isOver ? .over : .chunks(scanner)
                return bytes.readSlice(length: count)
            } catch {
                throw .malformed
            }
        }
    }

    mutating func headRead(_ framing: Framing) {
        switch framing {
        case .length(0): phase = .over
        case .length(let count): phase = .length(left: count)
        case .chunked: phase = .chunks(ChunkScanner(limit: headLimit))
        }
    }

    mutating func nextRequest() { phase = .head(scanned: 0, isLineEmpty: false) }

    private mutating func takeHead(from bytes: inout ByteBuffer) throws(Fault) -> ByteBuffer? {
        guard case .head(var scanned, var isLineEmpty) = phase else { return nil }
        if scanned == 0 { skipLineEnds(&bytes) }
        for byte in bytes.readableBytesView.dropFirst(scanned) {
            scanned += 1
            guard scanned <= headLimit else { throw .headTooLarge }
            switch byte {
            case UInt8(ascii: "\n") where isLineEmpty:
                phase = .decoding
                return bytes.readSlice(length: scanned)
            case UInt8(ascii: "\n"): isLineEmpty = true
            case UInt8(ascii: "\r"): break
            default: isLineEmpty = false
            }
        }
        phase = .head(scanned: scanned, isLineEmpty: isLineEmpty)
        return nil
    }

    /// Empty lines before a request line are ignored (RFC 9112, section 2.2).
    private func skipLineEnds(_ bytes: inout ByteBuffer) {
        let ends = bytes.readableBytesView.prefix { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        bytes.moveReaderIndex(forwardBy: ends.count)
    }
}
