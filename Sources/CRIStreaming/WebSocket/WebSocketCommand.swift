import HTTPServer
import NIOCore

/// The channels of one command over a WebSocket.
///
/// All five are there whatever was asked for: what comes on one that was not is dropped, and so is a channel that nobody has.
struct WebSocketCommand: Sendable {
    enum Channel {
        static let stdin: UInt8 = 0
        static let stdout: UInt8 = 1
        static let stderr: UInt8 = 2
        static let error: UInt8 = 3
        static let resize: UInt8 = 4
        /// Only in v5: the message's one byte of data is the channel that the client closes.
        static let close: UInt8 = 255
    }

    /// Protocol name → version and format. "" is a client that names none.
    static let protocols: [String: (version: CommandVersion, format: ChannelFormat)] = [
        "": (.v1, .binary), "channel.k8s.io": (.v1, .binary), "base64.channel.k8s.io": (.v1, .base64),
        "v4.channel.k8s.io": (.v4, .binary), "v4.base64.channel.k8s.io": (.v4, .base64),
        "v5.channel.k8s.io": (.v5, .binary),
    ]

    private let connection: WebSocketConnection
    private let version: CommandVersion
    private let selection: StreamSelection
    private let stdin: ByteInbox
    private let resize: ByteInbox

    init(
        _ raw: HijackedConnection, _ version: CommandVersion, _ format: ChannelFormat, _ selection: StreamSelection,
        limits: StreamingLimits
    ) {
        connection = WebSocketConnection(raw, format: format)
        self.version = version
        self.selection = selection
        stdin = ByteInbox(limit: limits.waitingBytes)
        resize = ByteInbox(limit: limits.waitingBytes)
        if !selection.stdin { stdin.close() }
        if !selection.terminal { resize.close() }
    }

    /// Reads until the client is gone.
    func receive() async throws {
        defer {
            stdin.end()
            resize.end()
        }
        try await connection.run { channel, bytes in
            switch channel {
            case Channel.stdin: await stdin.put(bytes)
            case Channel.resize: await resize.put(bytes)
            case Channel.close where version >= .v5:
                if bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == Channel.stdin { stdin.end() }
            default: break
            }
        }
    }

    /// Tells the client that all is set up, as kubelets do: by an empty message on the first channel that we write.
    func greet() async throws {
        let channel = selection.stdout ? Channel.stdout : selection.stderr ? Channel.stderr : Channel.error
        try await connection.send(channel, ByteBuffer())
    }

    var client: CommandClient {
        let (connection, selection, stdin, resize) = (connection, selection, stdin, resize)
        var client = CommandClient(version: version) { piece in
            let isStdout = piece.output == .stdout
            guard isStdout ? selection.stdout : selection.stderr else { return }
            try await connection.send(isStdout ? Channel.stdout : Channel.stderr, piece.bytes)
        } conclude: { message in
            if let message { try await connection.send(Channel.error, message) }
            await connection.close(1000)
        }
        if selection.stdin { client.input = { await stdin.next() } }
        if selection.terminal { client.resize = { await resize.next() } }
        return client
    }

    func close() async { await connection.close(1001) }
}
