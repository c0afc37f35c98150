import Faults
import Linux
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import CRIStreaming

/// A runtime whose commands say nothing and never end.
private struct SilentRuntime: StreamingRuntime {
    func exec(_ request: ExecStreamRequest) async throws(OxbowError) -> RemoteProcess {
        let output = ByteInbox(limit: 1)
        return RemoteProcess(
            next: { () async throws(OxbowError) in await output.next().map { .init(.stdout, $0) } }, write: { _ in },
            closeInput: {}, resize: { _ in }, exit: { nil }, close: {}, abandon: { _ in })
    }
    func attach(_ request: AttachStreamRequest) async throws(OxbowError) -> RemoteProcess {
        throw OxbowError(.missing, "container: not found")
    }
    func networkNamespace(of sandbox: String) async throws(OxbowError) -> String {
        throw OxbowError(.missing, "pod sandbox: not found")
    }
}

@Suite("The streaming server", .timeLimit(.minutes(1)))
struct StreamingServerTests {
    func serving(
        _ change: (inout StreamingLimits) -> Void, _ body: @escaping @Sendable (StreamingServer) async throws -> Void
    ) async throws {
        var limits = StreamingLimits()
        change(&limits)
        let listener = try await TCPListener.open("127.0.0.1", port: 0)
        let server = StreamingServer(
            listener: listener, limits: limits,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(for: SilentRuntime()) }
            try await body(server)
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    func request(stderr: Bool = true) throws -> StreamRequest {
        .exec(
            ExecStreamRequest(
                container: "c", command: ["x"],
                streams: try StreamSelection(stdin: false, stdout: true, stderr: stderr, terminal: false)))
    }

    /// Sends an upgrade, and reads until the server closes.
    func untilClosed(_ url: String, _ headers: String) async throws -> String {
        let parts = url.split(separator: "/", maxSplits: 2)
        let (host, port) = (String(parts[1].split(separator: ":")[0]), Int(parts[1].split(separator: ":")[1]) ?? 0)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(
                ByteBuffer(string: "GET /\(parts[2]) HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\(headers)\r\n"))
            var text = ""
            for try await bytes in inbound { text += String(decoding: bytes.readableBytesView, as: UTF8.self) }
            return text
        }
    }

    static let spdy = "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n"
    static let websocket =
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    @Test("a client that does not open its streams in time loses its connection")
    func streamCreation() async throws {
        #expect(StreamingLimits().streamCreation == .seconds(30))
        try await serving({ $0.streamCreation = .milliseconds(50) }) { server in
            let answer = try await untilClosed(try server.url(for: try request()), Self.spdy)
            #expect(answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        }
    }

    @Test("a connection that lies still is closed", arguments: [spdy, websocket])
    func idle(headers: String) async throws {
        try await serving({ $0.idle = .milliseconds(50) }) { server in
            let answer = try await untilClosed(try server.url(for: try request()), headers)
            #expect(answer.hasPrefix("HTTP/1.1 101 "))
        }
    }

    @Test("what cannot be begun is told on the error channel")
    func failure() async throws {
        try await serving({ _ in }) { server in
            let wanted = AttachStreamRequest(
                container: "c",
                streams: try StreamSelection(stdin: false, stdout: true, stderr: true, terminal: false))
            let answer = try await untilClosed(
                try server.url(for: .attach(wanted)),
                Self.websocket + "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n")
            #expect(answer.contains("error attaching to container: container: not found"))
        }
    }

    @Test("a token past its life is not found")
    func expired() async throws {
        try await serving({ $0.tokenLife = .zero }) { server in
            let answer = try await untilClosed(try server.url(for: try request()), Self.spdy)
            #expect(answer.hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test("streams that make no sense, and ports that are none, are refused")
    func requests() throws {
        for (stdin, stdout, stderr, terminal) in [(true, true, true, true), (false, false, false, false)] {
            #expect { try StreamSelection(stdin: stdin, stdout: stdout, stderr: stderr, terminal: terminal) } throws: {
                ($0 as? OxbowError)?.kind == .badRequest
            }
        }
        for port: Int32 in [0, -1, 65_536] {
            #expect(throws: OxbowError.self) { try PortForwardStreamRequest(sandbox: "s", ports: [80, port]) }
        }
    }
}
