import Compression
import NIOCore

/// Makes frames of bytes, wherever these are cut. Data comes in the pieces in which it arrives; a control frame is whole.
///
/// Every fault is the peer's and the end of the connection: the next frame's place, or the state of the compression, is lost.
struct SPDYFrameReader: ~Copyable {
    private struct DataFrame {
        let id: SPDYFrame.StreamID
        let isLast: Bool
        var left: Int
    }
    private var held = ByteBuffer()
    private var data: DataFrame?
    private var inflater: InflateStream
    private let limits: StreamingLimits

    private init(_ inflater: consuming InflateStream, _ limits: StreamingLimits) {
        self.inflater = inflater
        self.limits = limits
    }

    static func make(limits: StreamingLimits) throws(ZlibFailure) -> SPDYFrameReader {
        SPDYFrameReader(try InflateStream.make(dictionary: SPDYDictionary.bytes), limits)
    }

    mutating func feed(_ bytes: ByteBuffer) {
        var bytes = bytes
        if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
    }

    /// - Returns: nil when more bytes are needed.
    mutating func next() throws(SPDYFault) -> SPDYFrame? {
        while true {
            if let frame = takeData() { return frame }
            guard data == nil else { return nil }
            guard let first = held.getInteger(at: held.readerIndex, as: UInt32.self),
                let second = held.getInteger(at: held.readerIndex + 4, as: UInt32.self)
            else { return nil }
            let (flags, length) = (UInt8(second >> 24), Int(second & 0xFF_FFFF))
            guard first & 0x8000_0000 != 0 else {
                held.moveReaderIndex(forwardBy: SPDYFrame.headerBytes)
                guard first != 0 else { throw .streamID(0) }
                data = DataFrame(id: first, isLast: flags & SPDYFrame.Flag.last != 0, left: length)
                continue
            }
            let version = UInt16(truncatingIfNeeded: first >> 16) & 0x7FFF
            guard version == SPDYFrame.version else { throw .version(version) }
            guard length <= limits.controlFrameBytes else { throw .frameTooLong(length) }
            guard held.readableBytes >= SPDYFrame.headerBytes + length else { return nil }
            held.moveReaderIndex(forwardBy: SPDYFrame.headerBytes)
            guard let body = held.readSlice(length: length) else { return nil }
            if let frame = try control(UInt16(truncatingIfNeeded: first), flags, body) { return frame }
        }
    }

    private mutating func takeData() -> SPDYFrame? {
        guard let frame = data else { return nil }
        guard let piece = held.readSlice(length: min(frame.left, held.readableBytes)),
            piece.readableBytes > 0 || frame.left == 0
        else { return nil }
        let left = frame.left - piece.readableBytes
        data = left == 0 ? nil : DataFrame(id: frame.id, isLast: frame.isLast, left: left)
        return .data(frame.id, piece, isLast: frame.isLast && left == 0)
    }

    /// - Returns: nil for a kind that this version does not know, which is to be ignored.
    private mutating func control(
        _ kind: UInt16, _ flags: UInt8, _ body: ByteBuffer
    ) throws(SPDYFault) -> SPDYFrame? {
        var body = body
        let isLast = flags & SPDYFrame.Flag.last != 0
        switch kind {
        case SPDYFrame.Kind.synStream:
            // Associated stream, priority and slot: of no use here.
            guard let id = Self.streamID(&body), body.readSlice(length: 6) != nil else {
                throw .malformed("SYN_STREAM")
            }
            return .synStream(
                id, headers: try headers(body), isLast: isLast,
                isUnidirectional: flags & SPDYFrame.Flag.unidirectional != 0)
        case SPDYFrame.Kind.synReply:
            guard let id = Self.streamID(&body) else { throw .malformed("SYN_REPLY") }
            return .synReply(id, headers: try headers(body), isLast: isLast)
        case SPDYFrame.Kind.headers:
            guard let id = Self.streamID(&body) else { throw .malformed("HEADERS") }
            return .headers(id, headers: try headers(body), isLast: isLast)
        case SPDYFrame.Kind.reset:
            guard let (id, status) = Self.pair(body) else { throw .malformed("RST_STREAM") }
            return .reset(id & 0x7FFF_FFFF, SPDYFrame.Status(rawValue: status) ?? .protocolError)
        case SPDYFrame.Kind.settings: return .settings(initialWindow: try Self.initialWindow(body))
        case SPDYFrame.Kind.ping:
            guard let id = body.readInteger(as: UInt32.self), body.readableBytes == 0 else { throw .malformed("PING") }
            return .ping(id)
        case SPDYFrame.Kind.goAway:
            guard let (id, status) = Self.pair(body) else { throw .malformed("GOAWAY") }
            return .goAway(lastStream: id & 0x7FFF_FFFF, status: status)
        case SPDYFrame.Kind.windowUpdate:
            guard let (id, delta) = Self.pair(body) else { throw .malformed("WINDOW_UPDATE") }
            return .windowUpdate(id & 0x7FFF_FFFF, delta & 0x7FFF_FFFF)
        default: return nil
        }
    }

    private mutating func headers(_ block: ByteBuffer) throws(SPDYFault) -> [SPDYFrame.Header] {
        let expanded: ByteBuffer
        do { expanded = try inflater.expand(block, limit: limits.headerBytes) } catch { throw .headers }
        return try SPDYHeaderBlock.read(expanded)
    }

    private static func streamID(_ body: inout ByteBuffer) -> SPDYFrame.StreamID? {
        body.readInteger(as: UInt32.self).map { $0 & 0x7FFF_FFFF }
    }

    private static func pair(_ body: ByteBuffer) -> (UInt32, UInt32)? {
        var body = body
        guard body.readableBytes == 8 else { return nil }
        return body.readMultipleIntegers(as: (UInt32, UInt32).self)
    }

    private static func initialWindow(_ body: ByteBuffer) throws(SPDYFault) -> UInt32? {
        var body = body
        guard let count = body.readInteger(as: UInt32.self), body.readableBytes == Int(count) * 8 else {
            throw .malformed("SETTINGS")
        }
        var window: UInt32?
        while let (id, value) = body.readMultipleIntegers(as: (UInt32, UInt32).self) {
            if id & 0xFF_FFFF == SPDYFrame.initialWindowSetting { window = value }
        }
        guard window ?? 0 <= UInt32(Int32.max) else { throw .window }
        return window
    }
}
