import NIOCore

/// Makes messages of a client's bytes, wherever these are cut. A message comes in the pieces in which it arrives, so that none
/// is ever too long.
///
/// Every fault is the peer's and the end of the connection (close code 1002).
/// - Source: RFC 6455, sections 5.2 to 5.5.
struct WebSocketReader {
    enum Event: Equatable, Sendable {
        /// A piece of a message; an empty one may be first, last or both.
        case piece(ByteBuffer, isFirst: Bool, isLast: Bool)
        case ping(ByteBuffer)
        case pong
        case close
    }
    enum Fault: Error, Equatable, Sendable {
        case unmasked
        case reserved
        case length
        /// A control frame in pieces, a message within a message, or more of one that never began.
        case fragments
    }
    enum Code {
        static let more: UInt8 = 0
        static let text: UInt8 = 1
        static let binary: UInt8 = 2
        static let close: UInt8 = 8
        static let ping: UInt8 = 9
        static let pong: UInt8 = 10
    }

    private struct Frame {
        let code: UInt8
        let isLast: Bool
        var mask: UInt32
        var left: Int
        var isFirst: Bool
    }
    static let controlBytes = 125

    private var held = ByteBuffer()
    private var frame: Frame?
    /// A message has begun and not ended.
    private var isWithinMessage = false

    mutating func feed(_ bytes: ByteBuffer) {
        var bytes = bytes
        if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
    }

    /// - Returns: nil when more bytes are needed.
    mutating func next() throws(Fault) -> Event? {
        while true {
            guard frame != nil else {
                guard try readHead() else { return nil }
                continue
            }
            return take()
        }
    }

    /// - Returns: whether a frame's head was there.
    private mutating func readHead() throws(Fault) -> Bool {
        var bytes = held
        guard let (first, second) = bytes.readMultipleIntegers(as: (UInt8, UInt8).self) else { return false }
        guard first & 0x70 == 0 else { throw .reserved }
        let (code, isLast) = (first & 0x0F, first & 0x80 != 0)
        let isControl = code & 0x08 != 0
        guard isControl ? code <= Code.pong : code <= Code.binary else { throw .reserved }
        guard second & 0x80 != 0 else { throw .unmasked }
        guard !isControl || (isLast && second & 0x7F <= Self.controlBytes) else {
            throw isLast ? .length : .fragments
        }
        guard isControl || isWithinMessage == (code == Code.more) else { throw .fragments }
        let length: UInt64
        switch second & 0x7F {
        case 126:
            guard let long = bytes.readInteger(as: UInt16.self) else { return false }
            guard long > 125 else { throw .length }
            length = UInt64(long)
        case 127:
            guard let long = bytes.readInteger(as: UInt64.self) else { return false }
            guard long > UInt64(UInt16.max), long <= UInt64(Int64.max) else { throw .length }
            length = long
        case let short: length = UInt64(short)
        }
        guard let mask = bytes.readInteger(as: UInt32.self) else { return false }
        held = bytes
        frame = Frame(code: code, isLast: isLast, mask: mask, left: Int(length), isFirst: code != Code.more)
        if !isControl { isWithinMessage = !isLast }
        return true
    }

    private mutating func take() -> Event? {
        guard var frame else { return nil }
        let isControl = frame.code & 0x08 != 0
        guard !isControl || held.readableBytes >= frame.left,
            var bytes = held.readSlice(length: min(frame.left, held.readableBytes)),
            bytes.readableBytes > 0 || frame.left == 0
        else { return nil }
        Self.unmask(&bytes, frame.mask)
        frame.left -= bytes.readableBytes
        let turned = UInt32(bytes.readableBytes % 4) * 8
        frame.mask = turned == 0 ? frame.mask : frame.mask << turned | frame.mask >> (32 - turned)
        let isFirst = frame.isFirst
        frame.isFirst = false
        self.frame = frame.left == 0 ? nil : frame
        switch frame.code {
        case Code.ping: return .ping(bytes)
        case Code.pong: return .pong
        case Code.close: return .close
        default: return .piece(bytes, isFirst: isFirst, isLast: frame.isLast && frame.left == 0)
        }
    }

    /// Eight bytes at a time: this is most of the work for a client's input.
    static func unmask(_ bytes: inout ByteBuffer, _ mask: UInt32) {
        let wide = UInt64(mask) << 32 | UInt64(mask)
        var index = bytes.readerIndex
        while index + 8 <= bytes.writerIndex, let value = bytes.getInteger(at: index, as: UInt64.self) {
            bytes.setInteger(value ^ wide, at: index)
            index += 8
        }
        var shift: UInt32 = 24
        while index < bytes.writerIndex, let value = bytes.getInteger(at: index, as: UInt8.self) {
            bytes.setInteger(value ^ UInt8(truncatingIfNeeded: mask >> shift), at: index)
            index += 1
            shift = shift == 0 ? 24 : shift - 8
        }
    }
}

/// Frames of a server, which are never masked.
enum WebSocketFrame {
    /// - Parameter code: of `WebSocketReader.Code`.
    static func bytes(_ code: UInt8, head: [UInt8] = [], _ payload: ByteBuffer) -> ByteBuffer {
        let length = head.count + payload.readableBytes
        var bytes = ByteBuffer()
        bytes.reserveCapacity(10 + length)
        bytes.writeInteger(0x80 | code)
        switch length {
        case ...125: bytes.writeInteger(UInt8(length))
        case ...Int(UInt16.max): bytes.writeMultipleIntegers(UInt8(126), UInt16(length))
        default: bytes.writeMultipleIntegers(UInt8(127), UInt64(length))
        }
        bytes.writeBytes(head)
        bytes.writeImmutableBuffer(payload)
        return bytes
    }

    /// 1000: all is said; 1002: the client broke the protocol; 1001: the server goes, or is tired of waiting.
    static func close(_ code: UInt16) -> ByteBuffer {
        bytes(WebSocketReader.Code.close, ByteBuffer(integer: code))
    }
}
