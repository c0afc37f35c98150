import NIOCore
import NIOHTTP1
import Synchronization

/// Answers of the test server:
/// - `/echo…`: 200 with method, target, sorted headers and body as text
/// - `/chunks/N`: N chunks of 16 KiB, written as fast as the connection takes them
/// - `/never`: no answer; `/never/head`: a head, then nothing; `/cut`: half of a body, then the end
/// - `/upgrade`: 101 with early bytes `early`, then echoes; at our end it sends `bye` and closes
/// - `/refuse/length`, `/refuse/chunked`, `/refuse/close`: 409 with a JSON body
final class EchoHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let seen: EchoServer.Holder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    private var chunksLeft = 0

    init(seen: EchoServer.Holder, decoder: ByteToMessageHandler<HTTPRequestDecoder>) {
        self.seen = seen
        self.decoder = decoder
    }

    func channelActive(context: ChannelHandlerContext) { seen.value.withLock { $0.connections += 1 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end: if let head { answer(head, context) }
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        seen.value.withLock { $0.requests.append("\(head.method.rawValue) \(head.uri)") }
        let parts = head.uri.split(separator: "/")
        switch parts.first.map(String.init) ?? "" {
        case "never":
            if parts.count > 1 { write(.head(HTTPResponseHead(version: .http1_1, status: .ok)), context) }
        case "chunks":
            write(.head(HTTPResponseHead(version: .http1_1, status: .ok)), context)
            chunksLeft = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            pump(context)
        case "cut":
            let headers = HTTPHeaders([("Content-Length", "10")])
            write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)), context)
            write(.body(.byteBuffer(ByteBuffer(string: "12345"))), context)
            context.close(promise: nil)
        case "upgrade", "refuse": hijack(String(parts.last ?? ""), context)
        default:
            var text = "\(head.method.rawValue) \(head.uri)\n"
            for (name, value) in head.headers.sorted(by: { $0.name < $1.name }) { text += "\(name): \(value)\n" }
            text += "\n" + String(buffer: body)
            let headers = HTTPHeaders([("Content-Length", "\(text.utf8.count)"), ("X-Kind", "echo")])
            write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)), context)
            if head.method != .HEAD { write(.body(.byteBuffer(ByteBuffer(string: text))), context) }
            write(.end(nil), context)
        }
    }

    private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(part), promise: nil)
    }

    /// Writes while the connection is writable, so that what a slow client leaves stays unwritten.
    private func pump(_ context: ChannelHandlerContext) {
        guard chunksLeft > 0 else { return write(.end(nil), context) }
        chunksLeft -= 1
        let chunk = ByteBuffer(repeating: UInt8(chunksLeft & 0xff), count: 16 << 10)
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenSuccess {
            let (handler, context) = bound.value
            handler.seen.value.withLock { $0.flooded += 16 << 10 }
            handler.pump(context)
        }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(chunk))), promise: written)
    }

    private func hijack(_ kind: String, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let answer =
            switch kind {
            case "length": "HTTP/1.1 409 Conflict\r\nContent-Length: 15\r\n\r\n{\"message\":\"x\"}"
            case "chunked":
                "HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"mes\r\na\r\nsage\":\"x\"}\r\n0\r\n\r\n"
            case "close": "HTTP/1.1 409 Conflict\r\nConnection: close\r\n\r\n{\"message\":\"x\"}"
            default: "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly"
            }
        let body = self.body
        let isRefusal = kind == "length" || kind == "chunked" || kind == "close"
        context.pipeline.syncOperations.removeHandler(context: context)
            .flatMap { [decoder = NIOLoopBound(decoder, eventLoop: channel.eventLoop)] in
                channel.pipeline.syncOperations.removeHandler(decoder.value)
            }
            .flatMapThrowing {
                let sync = channel.pipeline.syncOperations
                let encoder = try sync.context(handlerType: HTTPResponseEncoder.self)
                sync.removeHandler(context: encoder, promise: nil)
                try sync.addHandler(RawEcho())
                var bytes = ByteBuffer(string: answer)
                var body = body
                if !isRefusal { bytes.writeBuffer(&body) }
                channel.writeAndFlush(bytes, promise: nil)
                if kind == "close" { channel.close(promise: nil) }
            }
            .whenFailure { _ in channel.close(promise: nil) }
    }
}

/// Echoes raw bytes; at the peer's half-close it says `bye` and closes.
private final class RawEcho: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        let channel = context.channel
        channel.writeAndFlush(ByteBuffer(string: "bye")).whenComplete { _ in channel.close(promise: nil) }
    }
}
