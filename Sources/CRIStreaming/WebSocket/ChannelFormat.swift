import FoundationEssentials
import NIOCore

/// How a message says which channel it is of.
enum ChannelFormat: Equatable, Sendable {
    /// The first byte is the channel's number, the rest is data.
    case binary
    /// The first character is the channel's digit, the rest is base64.
    case base64
    /// There are no channels: all is data.
    case none

    func frame(_ channel: UInt8, _ bytes: ByteBuffer) -> ByteBuffer {
        switch self {
        case .binary: return WebSocketFrame.bytes(WebSocketReader.Code.binary, head: [channel], bytes)
        case .base64:
            let text = Data(bytes.readableBytesView).base64EncodedString()
            return WebSocketFrame.bytes(
                WebSocketReader.Code.text, head: [UInt8(ascii: "0") + channel], ByteBuffer(string: text))
        case .none: return WebSocketFrame.bytes(WebSocketReader.Code.binary, bytes)
        }
    }
}

/// Takes messages apart into channel and data, piece by piece.
struct ChannelReader {
    struct Malformed: Error, Equatable {}

    private let format: ChannelFormat
    private var channel: UInt8?
    /// Up to three characters that do not make a group of four yet.
    private var rest: [UInt8] = []

    init(_ format: ChannelFormat) { self.format = format }

    /// - Returns: nil when the piece held nothing of a channel. Data may be empty.
    /// - Throws: for text that is no base64: the client's fault.
    mutating func receive(
        _ piece: ByteBuffer, isFirst: Bool, isLast: Bool
    ) throws(Malformed) -> (channel: UInt8, bytes: ByteBuffer)? {
        guard format != .none else { return (0, piece) }
        var piece = piece
        if isFirst { (channel, rest) = (nil, []) }
        if channel == nil {
            guard let first = piece.readInteger(as: UInt8.self) else { return nil }
            // A digit that is none becomes a channel that nobody has.
            channel = format == .base64 ? first &- UInt8(ascii: "0") : first
        }
        guard let channel else { return nil }
        guard format == .base64 else { return (channel, piece) }
        var text = rest + piece.readableBytesView
        let whole = isLast ? text.count : text.count / 4 * 4
        rest = Array(text[whole...])
        text.removeSubrange(whole...)
        guard let data = Data(base64Encoded: Data(text)) else { throw Malformed() }
        return (channel, ByteBuffer(bytes: data))
    }
}
