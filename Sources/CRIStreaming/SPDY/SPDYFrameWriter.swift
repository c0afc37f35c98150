import Compression
import NIOCore

/// Makes bytes of frames. Their order on the wire must be the order of the calls: header blocks build on one another.
struct SPDYFrameWriter: ~Copyable {
    private var deflater: DeflateStream

    private init(_ deflater: consuming DeflateStream) { self.deflater = deflater }

    static func make() throws(ZlibFailure) -> SPDYFrameWriter {
        SPDYFrameWriter(try DeflateStream.make(dictionary: SPDYDictionary.bytes))
    }

    mutating func bytes(_ frame: SPDYFrame) throws(ZlibFailure) -> ByteBuffer {
        switch frame {
        case .data(let id, let payload, let isLast):
            var bytes = ByteBuffer()
            bytes.reserveCapacity(SPDYFrame.headerBytes + payload.readableBytes)
            bytes.writeInteger(id)
            bytes.writeInteger(UInt32(isLast ? SPDYFrame.Flag.last : 0) << 24 | UInt32(payload.readableBytes))
            bytes.writeImmutableBuffer(payload)
            return bytes
        case .synStream(let id, let headers, let isLast, let isUnidirectional):
            var body = ByteBuffer(integer: id)
            body.writeRepeatingByte(0, count: 6)
            body.writeImmutableBuffer(try deflater.compress(SPDYHeaderBlock.write(headers)))
            let flags = (isLast ? SPDYFrame.Flag.last : 0) | (isUnidirectional ? SPDYFrame.Flag.unidirectional : 0)
            return control(SPDYFrame.Kind.synStream, flags, body)
        case .synReply(let id, let headers, let isLast):
            return control(SPDYFrame.Kind.synReply, isLast ? SPDYFrame.Flag.last : 0, try block(id, headers))
        case .headers(let id, let headers, let isLast):
            return control(SPDYFrame.Kind.headers, isLast ? SPDYFrame.Flag.last : 0, try block(id, headers))
        case .reset(let id, let status): return control(SPDYFrame.Kind.reset, 0, pair(id, status.rawValue))
        case .settings(let window):
            var body = ByteBuffer(integer: UInt32(window == nil ? 0 : 1))
            if let window { body.writeMultipleIntegers(SPDYFrame.initialWindowSetting, window) }
            return control(SPDYFrame.Kind.settings, 0, body)
        case .ping(let id): return control(SPDYFrame.Kind.ping, 0, ByteBuffer(integer: id))
        case .goAway(let last, let status): return control(SPDYFrame.Kind.goAway, 0, pair(last, status))
        case .windowUpdate(let id, let delta): return control(SPDYFrame.Kind.windowUpdate, 0, pair(id, delta))
        }
    }

    private mutating func block(
        _ id: SPDYFrame.StreamID, _ headers: [SPDYFrame.Header]
    ) throws(ZlibFailure) -> ByteBuffer {
        var body = ByteBuffer(integer: id)
        body.writeImmutableBuffer(try deflater.compress(SPDYHeaderBlock.write(headers)))
        return body
    }

    private func pair(_ first: UInt32, _ second: UInt32) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeMultipleIntegers(first, second)
        return body
    }

    private func control(_ kind: UInt16, _ flags: UInt8, _ body: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(
            0x8000 | SPDYFrame.version, kind, UInt32(flags) << 24 | UInt32(body.readableBytes))
        bytes.writeImmutableBuffer(body)
        return bytes
    }
}
