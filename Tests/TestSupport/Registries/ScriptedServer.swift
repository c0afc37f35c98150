import NIOCore
import NIOPosix
import Synchronization

/// A loopback HTTP server with one answer per request, each on a connection of its own.
package final class ScriptedServer: Sendable {
    package struct Request: Sendable {
        /// Request line and headers, with their line ends.
        package var head: String
        package var body: String

        /// `GET /v2/a/manifests/1`
        package var line: String { head.split(separator: " ").prefix(2).joined(separator: " ") }

        /// Case-insensitive; the first of that name.
        package subscript(header: String) -> String? {
            for line in head.split(whereSeparator: \.isNewline).dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == header.lowercased() else { continue }
                return String(parts[1].drop { $0 == " " })
            }
            return nil
        }
    }

    package struct Reply: Sendable {
        package var status = "200 OK"
        package var headers: [String] = []
        package var body: [UInt8] = []
        /// Bytes after which the connection is broken off; nil: none is.
        package var cut: Int?
        /// Bytes after which `gate` is waited for.
        package var pause: (after: Int, gate: @Sendable () async -> Void)?

        package init(
            status: String = "200 OK", headers: [String] = [], body: [UInt8] = [], cut: Int? = nil,
            pause: (after: Int, gate: @Sendable () async -> Void)? = nil
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.cut = cut
            self.pause = pause
        }

        package static func ok(_ body: String) -> Reply { Reply(body: Array(body.utf8)) }
        package static func refused(_ challenge: String? = nil) -> Reply {
            Reply(status: "401 Unauthorized", headers: challenge.map { ["WWW-Authenticate: \($0)"] } ?? [])
        }
        package static let notFound = Reply(status: "404 Not Found")
    }
    package typealias Script = @Sendable (_ request: Request, _ address: String) async -> Reply

    /// `127.0.0.1:PORT`
    package let address: String
    private let seen: Seen
    /// In order of arrival.
    package var requests: [Request] { seen.requests.withLock { $0 } }

    private final class Seen: Sendable { let requests = Mutex<[Request]>([]) }

    private init(address: String, seen: Seen) {
        self.address = address
        self.seen = seen
    }

    package static func with<Result: Sendable>(
        _ script: @escaping Script, body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let seen = Seen()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answer(script, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(address: "127.0.0.1:\(listener.localAddress?.port ?? 0)", seen: seen)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await listener.close()
        return try result.get()
    }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let script: Script
        private let seen: Seen
        private var text = ""

        init(_ script: @escaping Script, _ seen: Seen) {
            self.script = script
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard let end = text.firstRange(of: "\r\n\r\n") else { return }
            let request = Request(head: String(text[..<end.upperBound]), body: String(text[end.upperBound...]))
            guard request.body.utf8.count >= request["Content-Length"].flatMap({ Int($0) }) ?? 0 else { return }
            text = ""
            seen.requests.withLock { $0.append(request) }
            let channel = context.channel
            let address = "127.0.0.1:\(channel.localAddress?.port ?? 0)"
            let script = script
            let isHead = request.head.hasPrefix("HEAD ")
            channel.eventLoop.makeFutureWithTask {
                try await Self.send(await script(request, address), on: channel, isHead: isHead)
            }.whenComplete { _ in channel.close(promise: nil) }
        }

        private static func send(_ reply: Reply, on channel: any Channel, isHead: Bool) async throws {
            let lines = ["HTTP/1.1 \(reply.status)", "Content-Length: \(reply.body.count)", "Connection: close"]
            let head = (lines + reply.headers).map { $0 + "\r\n" }.joined() + "\r\n"
            try await channel.writeAndFlush(ByteBuffer(string: head))
            if isHead { return }
            let end = min(reply.cut ?? .max, reply.body.count)
            var start = 0
            if let pause = reply.pause, pause.after < end {
                try await channel.writeAndFlush(ByteBuffer(bytes: reply.body[..<pause.after]))
                start = pause.after
                await pause.gate()
            }
            try await channel.writeAndFlush(ByteBuffer(bytes: reply.body[start..<end]))
        }
    }
}
