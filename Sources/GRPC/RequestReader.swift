import NIOCore

/// Gathers the one message of a unary or server-streaming request.
struct RequestReader {
    private var reader: MessageReader
    private let encoding: String
    private let limit: Int
    private var message: ByteBuffer?

    init(encoding: String, limit: Int) {
        reader = MessageReader(limit: limit)
        self.encoding = encoding
        self.limit = limit
    }

    /// Bytes kept for this request until it is complete.
    var heldBytes: Int { reader.heldBytes + (message?.readableBytes ?? 0) }

    /// - Throws: the status that ends the call; the rest of the request is of no interest then.
    mutating func append(_ chunk: ByteBuffer) throws(GRPCStatus) {
        var chunk = chunk
        while let next = try nextMessage(from: &chunk) {
            guard message == nil else { throw GRPCStatus(.internal, "request: more than one message") }
            message = next
        }
    }

    private mutating func nextMessage(from chunk: inout ByteBuffer) throws(GRPCStatus) -> ByteBuffer? {
        do {
            return try reader.next(from: &chunk)
        } catch {
            switch error {
            case .tooLarge(let bytes): throw .tooLarge("request message", bytes: bytes, limit: limit)
            case .compressed: throw GRPCStatus(.unimplemented, "grpc-encoding: not supported (\(encoding))")
            case .malformed(let flag): throw GRPCStatus(.internal, "request message: malformed prefix (\(flag))")
            }
        }
    }

    /// The client has said all: its message.
    func finish() throws(GRPCStatus) -> ByteBuffer {
        guard reader.isAtBoundary else { throw GRPCStatus(.internal, "request: ends within a message") }
        guard let message else { throw GRPCStatus(.internal, "request: no message") }
        return message
    }
}
