import NIOCore

/// Names and values in a row, each with its length before it as a big-endian UInt32; the number of pairs comes first.
/// - Source: SPDY protocol, draft 3.1, section 2.6.10.
enum SPDYHeaderBlock {
    /// Pairs of one block: a stream's headers are three or four.
    static let pairLimit = 64

    static func read(_ block: ByteBuffer) throws(SPDYFault) -> [SPDYFrame.Header] {
        var block = block
        guard let count = block.readInteger(as: UInt32.self), count <= UInt32(pairLimit) else {
            throw .malformed("number of headers")
        }
        var headers: [SPDYFrame.Header] = []
        for _ in 0..<count {
            guard let name = text(&block), let value = text(&block) else { throw .malformed("header") }
            guard !name.isEmpty, !name.utf8.contains(where: { (0x41...0x5A).contains($0) }) else {
                throw .malformed("header name")
            }
            headers.append(SPDYFrame.Header(name, value))
        }
        guard block.readableBytes == 0 else { throw .malformed("header block") }
        return headers
    }

    static func write(_ headers: [SPDYFrame.Header]) -> ByteBuffer {
        var block = ByteBuffer()
        block.writeInteger(UInt32(headers.count))
        for header in headers {
            for text in [header.name, header.value] {
                block.writeInteger(UInt32(text.utf8.count))
                block.writeString(text)
            }
        }
        return block
    }

    private static func text(_ block: inout ByteBuffer) -> String? {
        guard let length = block.readInteger(as: UInt32.self) else { return nil }
        return block.readString(length: Int(length))
    }
}
