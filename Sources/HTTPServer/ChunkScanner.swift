import NIOCore

/// Follows a chunked body to its end, byte by byte, without decoding it.
/// - Source: RFC 9112, section 7.1.
struct ChunkScanner {
    struct Malformed: Error, Equatable {}

    private enum Phase: Equatable {
        case size(Int, digits: Int)
        case sizeExtension(size: Int, length: Int)
        case data(left: Int)
        case dataEnd
        case trailers(isLineEmpty: Bool, length: Int)
        case over
    }
    private var phase = Phase.size(0, digits: 0)
    /// Bytes of a chunk's extensions, and of all trailers.
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var isOver: Bool { phase == .over }

    /// - Returns: how many bytes of `bytes` belong to the body; all of them unless it is over.
    mutating func scan(_ bytes: ByteBufferView) throws(Malformed) -> Int {
        var index = bytes.startIndex
        while index < bytes.endIndex, phase != .over {
            if case .data(let left) = phase {
                let count = min(left, bytes.endIndex - index)
                index += count
                phase = count == left ? .dataEnd : .data(left: left - count)
            } else {
                phase = try next(bytes[index])
                index += 1
            }
        }
        return index - bytes.startIndex
    }

    private func next(_ byte: UInt8) throws(Malformed) -> Phase {
        switch phase {
        case .size(let size, let digits):
            if let digit = Percent.digit(byte) {
                guard digits < 15 else { throw Malformed() }  // 60 bits, which always fit
                return .size(size << 4 | Int(digit), digits: digits + 1)
            }
            guard digits > 0 else { throw Malformed() }
            return try afterSize(byte, size, length: 0)
        case .sizeExtension(let size, let length): return try afterSize(byte, size, length: length + 1)
        case .dataEnd:
            if byte == UInt8(ascii: "\r") { return .dataEnd }
            guard byte == UInt8(ascii: "\n") else { throw Malformed() }
            return .size(0, digits: 0)
        case .trailers(let isLineEmpty, let length):
            guard length < limit else { throw Malformed() }
            switch byte {
            case UInt8(ascii: "\n"): return isLineEmpty ? .over : .trailers(isLineEmpty: true, length: length + 1)
            case UInt8(ascii: "\r"): return .trailers(isLineEmpty: isLineEmpty, length: length + 1)
            default: return .trailers(isLineEmpty: false, length: length + 1)
            }
        case .data, .over: return phase  // `scan` does not come here with these
        }
    }

    private func afterSize(_ byte: UInt8, _ size: Int, length: Int) throws(Malformed) -> Phase {
        guard length < limit else { throw Malformed() }
        guard byte == UInt8(ascii: "\n") else { return .sizeExtension(size: size, length: length) }
        return size == 0 ? .trailers(isLineEmpty: true, length: 0) : .data(left: size)
    }
}
