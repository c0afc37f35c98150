import NIOCore

/// Cuts the bytes of a stream into messages, however they were split into frames.
///
/// Message: 1 byte "compressed" (0 or 1), length as big-endian UInt32, then the payload. A message that lies whole in one
/// chunk is passed on as a slice of it; any other is copied once, into a buffer of its announced size.
/// - Source: gRPC over HTTP/2, "Length-Prefixed-Message".
struct MessageReader {
    enum Fault: Error, Equatable {
        /// Decided from the prefix: nothing of the message was kept.
        case tooLarge(bytes: Int)
        case compressed
        /// The flag was neither 0 nor 1.
        case malformed(flag: UInt8)
    }

    static let prefixBytes = 5

    private let limit: Int
    /// Bytes not yet part of a message: of the prefix while `expected` is nil, of the payload afterwards.
    private var partial = ByteBuffer()
    private var expected: Int?

    init(limit: Int) { self.limit = limit }

    /// Bytes held for a message that is not complete.
    var heldBytes: Int { partial.readableBytes }
    /// Between two messages: the stream may end here.
    var isAtBoundary: Bool { expected == nil && partial.readableBytes == 0 }

    /// The next complete message of `chunk`, whose reader index moves past what was used; nil when all of it was.
    mutating func next(from chunk: inout ByteBuffer) throws(Fault) -> ByteBuffer? {
        if expected == nil {
            guard let prefix = takePrefix(from: &chunk) else { return nil }
            guard prefix.flag <= 1 else { throw .malformed(flag: prefix.flag) }
            guard prefix.length <= limit else { throw .tooLarge(bytes: prefix.length) }
            guard prefix.flag == 0 else { throw .compressed }
            expected = prefix.length
        }
        guard let length = expected else { return nil }
        if partial.readableBytes == 0, let whole = chunk.readSlice(length: length) {
            expected = nil
            return whole
        }
        if partial.capacity < length { partial.reserveCapacity(length) }
        if var piece = chunk.readSlice(length: min(chunk.readableBytes, length - partial.readableBytes)) {
            partial.writeBuffer(&piece)
        }
        guard partial.readableBytes == length else { return nil }
        defer {
            partial = ByteBuffer()
            expected = nil
        }
        return partial
    }

    private mutating func takePrefix(from chunk: inout ByteBuffer) -> (flag: UInt8, length: Int)? {
        if partial.readableBytes == 0, chunk.readableBytes >= Self.prefixBytes {
            return chunk.readMultipleIntegers(as: (UInt8, UInt32).self).map { ($0.0, Int($0.1)) }
        }
        if var piece = chunk.readSlice(length: min(chunk.readableBytes, Self.prefixBytes - partial.readableBytes)) {
            partial.writeBuffer(&piece)
        }
        guard let (flag, length) = partial.readMultipleIntegers(as: (UInt8, UInt32).self) else { return nil }
        partial = ByteBuffer()
        return (flag, Int(length))
    }
}
