import HTTPServer
import NIOCore
import Synchronization

/// A WebSocket after its handshake: reads messages in one task, writes them from any.
final class WebSocketConnection: Sendable {
    private let raw: HijackedConnection
    private let format: ChannelFormat
    private let isClosed = Mutex(false)

    /// Bytes of one message.
    private static let pieceBytes = 32 << 10

    init(_ raw: HijackedConnection, format: ChannelFormat) {
        self.raw = raw
        self.format = format
    }

    /// Reads until the client closes or is gone; `received` gets data in order, and is waited for: TCP then slows the client.
    /// - Throws: `WebSocketReader.Fault` and `ChannelReader.Malformed` for a client that breaks the protocol; it has been told.
    func run(received: (_ channel: UInt8, ByteBuffer) async -> Void) async throws {
        var reader = WebSocketReader()
        var channels = ChannelReader(format)
        do {
            while let bytes = try await raw.read() {
                reader.feed(bytes)
                while let event = try reader.next() {
                    switch event {
                    case .piece(let piece, let isFirst, let isLast):
                        if let data = try channels.receive(piece, isFirst: isFirst, isLast: isLast) {
                            await received(data.channel, data.bytes)
                        }
                    case .ping(let payload):
                        try await raw.write(WebSocketFrame.bytes(WebSocketReader.Code.pong, payload))
                    case .pong: break
                    case .close: return await close(1000)
                    }
                }
            }
        } catch {
            if error is WebSocketReader.Fault || error is ChannelReader.Malformed { await close(1002) }
            throw error
        }
    }

    /// Waits while the client does not read. An empty message is one too.
    func send(_ channel: UInt8, _ bytes: ByteBuffer) async throws {
        var bytes = bytes
        repeat {
            guard let piece = bytes.readSlice(length: min(bytes.readableBytes, Self.pieceBytes)) else { return }
            guard !isClosed.withLock({ $0 }) else { throw StreamGone() }
            try await raw.write(format.frame(channel, piece))
        } while bytes.readableBytes > 0
    }

    /// Our last frame, and our end of the connection. Once.
    func close(_ code: UInt16) async {
        let isFirst = isClosed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard isFirst else { return }
        // A client that is gone knows the end.
        try? await raw.write(WebSocketFrame.close(code))
        try? await raw.finishWriting()
    }
}
