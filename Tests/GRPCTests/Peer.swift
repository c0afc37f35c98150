import NIOCore
import NIOEmbedded
import Sockets
import Testing

@testable import GRPC

/// A client made of a real nghttp2 session and literal frames, face to face with the server's side, without sockets.
final class Peer {
    let channel = EmbeddedChannel()
    let connection: ServerConnection
    /// Calls that the server would run.
    private let started = NIOLoopBoundBox<[ServerCall]>([], eventLoop: EmbeddedEventLoop())
    private var client: Session
    private(set) var events: [StreamEvent] = []
    /// All that the server sent.
    private(set) var bytes: [UInt8] = []
    private(set) var hasEnded = false
    var calls: [ServerCall] { started.value }

    init(limits: GRPCLimits = GRPCLimits()) throws {
        client = try Session.make(.client, limits: GRPCLimits())
        let transport = HTTP2Handler(session: try Session.make(.server, limits: limits))
        let box = started
        connection = ServerConnection(
            transport, executor: LoopExecutor(channel.embeddedEventLoop), limits: limits,
            start: { box.value.append($0) }, atEnd: {})
        transport.attach(connection)
        try channel.pipeline.syncOperations.addHandler(transport)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
    }

    static let headers: KeyValuePairs = [
        ":method": "POST", ":scheme": "http", ":path": "/a.B/C", ":authority": "localhost",
        "content-type": "application/grpc",
    ]

    static func list(_ more: KeyValuePairs<String, String> = [:]) -> HeaderList {
        var list = HeaderList()
        for (name, value) in headers where !more.contains(where: { $0.key == name }) { list.append(name, value) }
        for (name, value) in more { list.append(name, value) }
        return list
    }

    /// Begins a call; its frames go with the next `exchange`.
    func call(_ more: KeyValuePairs<String, String> = [:], message: String = "hi") throws -> Int32 {
        var headers = HeaderList()
        for (name, value) in Self.headers {
            headers.append(name, more.first { $0.key == name }?.value ?? value)
        }
        for (name, value) in more where !Self.headers.contains(where: { $0.key == name }) {
            headers.append(name, value)
        }
        return try client.request(headers, ByteBuffer(string: message))
    }

    func reset(_ stream: Int32) throws { try client.reset(stream, .cancel) }

    /// What the client has to say.
    func clientBytes() throws -> ByteBuffer {
        var output = ByteBuffer()
        while try client.drain(into: &output, limit: .max) {}
        return output
    }

    /// Carries bytes to and fro until both have said all.
    func exchange() throws {
        while true {
            let sent = try clientBytes()
            if sent.readableBytes > 0 { _ = try? channel.writeInbound(sent) }
            channel.embeddedEventLoop.run()
            let received = try takeOutput()
            if sent.readableBytes == 0, received == 0 { return }
        }
    }

    /// Sends literal bytes, and takes what they bring about. The client's session learns of none of it.
    func sendRaw(_ bytes: [UInt8]) throws {
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        channel.embeddedEventLoop.run()
        _ = try takeOutput()
    }

    func wait(_ time: Duration) throws {
        channel.embeddedEventLoop.advanceTime(by: TimeAmount(time))
        channel.embeddedEventLoop.run()
        _ = try takeOutput()
    }

    func takeOutput() throws -> Int {
        var count = 0
        while let piece = try channel.readOutbound(as: ByteBuffer.self) {
            count += piece.readableBytes
            bytes += piece.readableBytesView
            try? client.receive(piece)
            var new: [StreamEvent] = []
            client.takeEvents(&new)
            events += new
        }
        hasEnded = !channel.isActive
        return count
    }

    /// Headers or trailers of a stream that ended it.
    func end(of stream: Int32) -> [String: String]? {
        for case .headers(stream, let fields, _, true) in events {
            return Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        return nil
    }

    func status(of stream: Int32) -> GRPCStatus? {
        guard let end = end(of: stream),
            let code = end["grpc-status"].flatMap({ Int($0) }).flatMap(GRPCStatus.Code.init)
        else { return nil }
        return GRPCStatus(code, StatusMessage.decode(end["grpc-message"] ?? ""))
    }

    func reset(of stream: Int32) -> ResetReason? {
        for case .closed(stream, let reason) in events { return reason }
        return nil
    }

    func data(of stream: Int32) -> Int {
        events.reduce(0) { sum, event in
            if case .data(stream, let bytes) = event { sum + bytes.readableBytes } else { sum }
        }
    }

    /// The error of the last GOAWAY.
    var goAway: ResetReason? {
        frames.last { $0.type == 7 }.map { frame in
            ResetReason(rawValue: frame.payload[4..<8].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    var frames: [Frame] { Frame.parse(bytes) }
}

/// One HTTP/2 frame, as it is on the wire.
struct Frame: Equatable {
    var type: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let settings = Frame(type: 4, flags: 0, stream: 0, payload: [])
    static let ping = Frame(type: 6, flags: 0, stream: 0, payload: [1, 2, 3, 4, 5, 6, 7, 8])

    var bytes: [UInt8] {
        let count = payload.count
        let head: [UInt8] = [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
        return head + (0..<4).map { UInt8(stream >> (24 - 8 * UInt32($0)) & 255) } + payload
    }

    static func parse(_ bytes: [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            let stream = head[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(9)
            frames.append(Frame(type: head[3], flags: head[4], stream: stream, payload: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return frames
    }

    /// HEADERS of a good request: literal fields without indexing, as RFC 7541, section 6.2.2 has them.
    static func request(_ stream: UInt32, _ fields: KeyValuePairs<String, String> = Peer.headers, ends: Bool = false)
        -> Frame
    {
        var block: [UInt8] = []
        for (name, value) in fields {
            block += [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
        }
        return Frame(type: 1, flags: ends ? 5 : 4, stream: stream, payload: block)
    }

    static func request(_ stream: UInt32, timeout: String) -> Frame {
        var frame = request(stream)
        frame.payload += [0, 12] + Array("grpc-timeout".utf8) + [UInt8(timeout.utf8.count)] + Array(timeout.utf8)
        return frame
    }

    static func data(_ stream: UInt32, _ payload: [UInt8], ends: Bool) -> Frame {
        Frame(type: 0, flags: ends ? 1 : 0, stream: stream, payload: payload)
    }

    static func reset(_ stream: UInt32) -> Frame { Frame(type: 3, flags: 0, stream: stream, payload: [0, 0, 0, 8]) }
}
