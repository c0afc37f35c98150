import Faults
import NIOCore
import NIOPosix
import OCI
import Synchronization
import Testing

/// The token dance of Docker Hub and its like, against a registry that is nothing but its answers.
@Suite(.timeLimit(.minutes(1))) struct ImageTokenTests {
    private static let manifest =
        #"{"schemaVersion":2,"config":{"digest":"sha256:\#(String(repeating: "a", count: 64))","size":1},"layers":[]}"#

    @Test("a registry's challenge is answered with a token, once for all further requests")
    func token() async throws {
        try await ScriptedServer.with { request, address in
            if request.hasPrefix("GET /token") {
                return request.contains("Authorization: Basic dXNlcjpzZWNyZXQ=") ? .ok(#"{"token":"abc"}"#) : .refused()
            }
            guard request.contains("Authorization: Bearer abc") else {
                let scope = "repository:a/b:pull"
                return .refused(#"Bearer realm="http://\#(address)/token",service="reg istry",scope="\#(scope)""#)
            }
            return .ok(Self.manifest)
        } body: { server in
            let credentials = RegistryCredentials(username: "user", password: "secret")
            let client = RegistryClient(try Reference(parsing: "\(server.address)/a/b:1"), credentials: credentials)
            let first = try await client.manifest()
            _ = try await client.manifest(first.digest)
            let lines = server.requests.map { String($0.prefix { !$0.isNewline }) }
            #expect(
                lines == [
                    "GET /v2/a/b/manifests/1 HTTP/1.1",
                    "GET /token?service=reg%20istry&scope=repository%3Aa%2Fb%3Apull HTTP/1.1",
                    "GET /v2/a/b/manifests/1 HTTP/1.1", "GET /v2/a/b/manifests/\(first.digest) HTTP/1.1",
                ])
            let anonymous = RegistryClient(try Reference(parsing: "\(server.address)/a/b:1"))
            let error = await #expect(throws: OxbowError.self) { _ = try await anonymous.manifest() }
            #expect(error?.kind == .denied)
        }
    }

    @Test("a password does not go to a token service in the clear elsewhere, nor to where a blob is redirected")
    func secrets() async throws {
        try await ScriptedServer.with { _, _ in
            .ok("x")
        } body: { other in
            try await ScriptedServer.with { request, address in
                if request.hasPrefix("GET /v2/a/manifests") { return .refused(#"Bearer realm="http://example.com/t""#) }
                if request.contains("Authorization: Basic") {
                    return .init(
                        status: "307 Temporary Redirect", headers: ["Location: http://\(other.address)/blob"], body: "")
                }
                return .refused("Basic realm=x")
            } body: { server in
                let credentials = RegistryCredentials(username: "user", password: "secret")
                let reference = try Reference(parsing: "\(server.address)/a:1")
                let client = RegistryClient(reference, credentials: credentials)
                let error = await #expect(throws: OxbowError.self) { _ = try await client.manifest() }
                #expect(error?.kind == .denied)
                #expect(error?.message.contains("not https") == true)

                let bytes = ByteBuffer(string: "x")
                let blob = try await client.blob(Descriptor(digest: Digest.of(bytes), size: 1), limit: 10)
                #expect(blob == bytes)
                #expect(other.requests.count == 1)
                #expect(other.requests.allSatisfy { !$0.contains("Authorization") })
            }
        }
    }

    @Test("a manifest that does not fit its digest, and one past its limit, are refused")
    func wrongContent() async throws {
        try await ScriptedServer.with { request, _ in
            request.contains("manifests/big") ? .ok(String(repeating: " ", count: 5 << 20)) : .ok(Self.manifest)
        } body: { server in
            let client = RegistryClient(try Reference(parsing: "\(server.address)/a:big"))
            for digest in [Digest.of(ByteBuffer(string: "other")), nil] {
                let error = await #expect(throws: OxbowError.self) { _ = try await client.manifest(digest) }
                #expect(error?.kind == .badRequest)
            }
        }
    }
}

/// A loopback HTTP server with one answer per request head, connections closed after each.
final class ScriptedServer: Sendable {
    struct Reply: Sendable {
        var status = "200 OK"
        var headers: [String] = []
        var body = ""

        static func ok(_ body: String) -> Reply { Reply(body: body) }
        static func refused(_ challenge: String? = nil) -> Reply {
            Reply(status: "401 Unauthorized", headers: challenge.map { ["WWW-Authenticate: \($0)"] } ?? [])
        }
    }
    typealias Script = @Sendable (_ request: String, _ address: String) -> Reply

    let address: String
    private let seen: Seen
    var requests: [String] { seen.heads.withLock { $0 } }

    private final class Seen: Sendable { let heads = Mutex<[String]>([]) }

    private init(address: String, seen: Seen) {
        self.address = address
        self.seen = seen
    }

    static func with(_ script: @escaping Script, body: (ScriptedServer) async throws -> Void) async throws {
        let seen = Seen()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answer(script, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(address: "127.0.0.1:\(listener.localAddress?.port ?? 0)", seen: seen)
        let result: Result<Void, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await listener.close()
        try result.get()
    }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let script: Script
        private let seen: Seen
        private var head = ""

        init(_ script: @escaping Script, _ seen: Seen) {
            self.script = script
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            head += String(buffer: unwrapInboundIn(data))
            guard head.contains("\r\n\r\n") else { return }
            let request = head
            head = ""
            seen.heads.withLock { $0.append(request) }
            let reply = script(request, "127.0.0.1:\(context.channel.localAddress?.port ?? 0)")
            let lines = ["HTTP/1.1 \(reply.status)", "Content-Length: \(reply.body.utf8.count)", "Connection: close"]
            let text = (lines + reply.headers).map { $0 + "\r\n" }.joined() + "\r\n" + reply.body
            let channel = context.channel
            channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
