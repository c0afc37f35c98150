import HTTPServer
import Logging
import NIOCore

/// Ports forwarded over one WebSocket: for the n-th port of the request channel 2n carries data and 2n + 1 errors.
struct WebSocketPorts: Sendable {
    /// Protocol name → format. "" is a client that names none.
    static let protocols: [String: ChannelFormat] = [
        "": .binary, "v4.channel.k8s.io": .binary, "v4.base64.channel.k8s.io": .base64,
    ]
    /// A SPDY connection whose bytes travel in messages.
    static let tunnel = "SPDY/3.1+portforward.k8s.io"
    /// A channel's number is one byte, or one digit.
    static func portLimit(_ format: ChannelFormat) -> Int { format == .base64 ? 5 : 128 }

    let request: PortForwardStreamRequest
    let runtime: any StreamingRuntime
    let limits: StreamingLimits
    let logger: Logger

    /// Returns when the client is gone, or every port has come to its end.
    func serve(_ raw: HijackedConnection, _ format: ChannelFormat) async throws {
        let connection = WebSocketConnection(raw, format: format)
        let inboxes = request.ports.map { _ in ByteInbox(limit: limits.waitingBytes) }
        // The client learns what each channel is for.
        for (index, port) in request.ports.enumerated() {
            for channel in [2 * index, 2 * index + 1] {
                try await connection.send(UInt8(channel), ByteBuffer(integer: port, endianness: .little))
            }
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                defer { for inbox in inboxes { inbox.end() } }
                try await connection.run { channel, bytes in
                    let index = Int(channel) / 2
                    if channel % 2 == 0, inboxes.indices.contains(index) { await inboxes[index].put(bytes) }
                }
                return true
            }
            group.addTask {
                await withDiscardingTaskGroup { forwards in
                    for (index, port) in request.ports.enumerated() {
                        forwards.addTask { await forward(port, index, connection, inboxes[index]) }
                    }
                }
                await connection.close(1000)
                return false
            }
            // Whoever is first ends the other.
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    private func forward(_ port: UInt16, _ index: Int, _ connection: WebSocketConnection, _ inbox: ByteInbox) async {
        let client = ForwardedPort.Client(
            read: { await inbox.next() }, write: { try await connection.send(UInt8(2 * index), $0) },
            finish: {}, isGone: { true }, endsWithPod: true)
        let problem = await ForwardedPort(sandbox: request.sandbox, port: port, runtime: runtime).run(client)
        inbox.close()
        guard let problem else { return }
        logger.info("port-forward failed", metadata: ["error": "\(problem)"])
        // A client that is gone needs no words.
        try? await connection.send(UInt8(2 * index + 1), ByteBuffer(string: problem))
    }
}

/// The bytes of a connection that travels in the messages of a WebSocket.
struct WebSocketTunnel: Sendable {
    private let connection: WebSocketConnection
    private let inbox: ByteInbox

    init(_ raw: HijackedConnection, limits: StreamingLimits) {
        connection = WebSocketConnection(raw, format: .none)
        inbox = ByteInbox(limit: limits.waitingBytes)
    }

    /// Reads until the client is gone.
    func receive() async throws {
        defer { inbox.end() }
        try await connection.run { _, bytes in await inbox.put(bytes) }
    }

    /// What travels within.
    var inner: HijackedConnection {
        let (connection, inbox) = (connection, inbox)
        return HijackedConnection {
            await inbox.next()
        } write: {
            try await connection.send(0, $0)
        } finish: {
            await connection.close(1000)
        }
    }
}
