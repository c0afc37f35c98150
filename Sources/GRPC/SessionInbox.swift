import CNghttp2
import NIOCore

/// Where the callbacks of one session leave what happened, and find the bytes to send. Owned by its `Session`.
final class SessionInbox {
    /// Bytes of one header list from which on it is cut.
    let headerLimit: Int
    var events: [StreamEvent] = []
    /// The bytes being received, so that data can be passed on as slices of them.
    var input = ByteBuffer()
    var inputBase: UnsafePointer<UInt8>?
    /// The header list being received; HTTP/2 lets nothing come between its parts.
    private var fields: [HeaderField] = []
    private var fieldBytes = 0
    private var isCut = false

    var outboxes: [Int32: Outbox] = [:]
    var output = ByteBuffer()
    /// Bytes of `output` from which on no more DATA is written.
    var outputLimit = Int.max
    /// Streams of which bytes went into `output`.
    var progressed: [Int32] = []

    init(headerLimit: Int) { self.headerLimit = headerLimit }

    func beginHeaders() {
        fields = []
        fields.reserveCapacity(12)
        fieldBytes = 0
        isCut = false
    }

    func addHeader(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        fieldBytes += name.count + value.count + 32
        guard fieldBytes <= headerLimit else {
            isCut = true
            return
        }
        fields.append(HeaderField(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }

    func received(_ frame: nghttp2_frame) {
        let stream = frame.hd.stream_id
        let ends = frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        let acknowledges = frame.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
        switch nghttp2_frame_type(UInt32(frame.hd.type)) {
        case NGHTTP2_HEADERS:
            events.append(.headers(stream: stream, fields, isCut: isCut, ends: ends))
            fields = []
        case NGHTTP2_DATA:
            if ends {
                events.append(.ended(stream: stream))
            } else if frame.hd.length == 0 {
                events.append(.noise(.emptyFrame))
            }
        case NGHTTP2_SETTINGS where !acknowledges: events += [.settings, .noise(.settings)]
        case NGHTTP2_PING where !acknowledges: events.append(.noise(.ping))
        case NGHTTP2_RST_STREAM: events.append(.noise(.reset))
        case NGHTTP2_PRIORITY: events.append(.noise(.emptyFrame))
        case NGHTTP2_GOAWAY:
            let reason = ResetReason(rawValue: frame.goaway.error_code)
            events.append(.goAway(last: frame.goaway.last_stream_id, reason))
        default: break  // acknowledgements and WINDOW_UPDATE: the library's own business
        }
    }

    func received(_ data: UnsafeBufferPointer<UInt8>, on stream: Int32) {
        guard let start = data.baseAddress, let base = inputBase, data.count > 0 else { return }
        // The library shows data where it lies in our input; should it ever not, the bytes are copied.
        let isInInput = start >= base && start + data.count <= base + input.readableBytes
        let slice = isInInput ? input.getSlice(at: input.readerIndex + (start - base), length: data.count) : nil
        events.append(.data(stream: stream, slice ?? ByteBuffer(bytes: data)))
    }

    func sent(_ frame: nghttp2_frame_hd) {
        guard frame.type == UInt8(NGHTTP2_HEADERS.rawValue),
            frame.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        else { return }
        events.append(.answered(stream: frame.stream_id))
    }

    func closed(_ stream: Int32, _ reason: UInt32) {
        outboxes[stream] = nil
        events.append(.closed(stream: stream, ResetReason(rawValue: reason)))
    }

    /// Appends a DATA frame: the library's 9 bytes of frame header, then `count` bytes of the stream's outbox.
    /// - Returns: false when the stream has no such bytes any more.
    func sendData(header: UnsafeBufferPointer<UInt8>, count: Int, of stream: Int32) -> Bool {
        guard let place = outboxes.index(forKey: stream), outboxes.values[place].bytes >= count else { return false }
        output.writeBytes(header)
        outboxes.values[place].move(count, to: &output)
        if progressed.last != stream { progressed.append(stream) }
        return true
    }
}
