import HTTPClient
import NIOCore
import Synchronization

/// A WebSocket client for channels, that shares nothing with the server's code.
final class WebSocketClient: Sendable {
    private let state = Mutex<(received: [UInt8: [UInt8]], isOver: Bool)>(([:], false))
    private let connection: RawConnection

    /// - Parameter name: the protocol to ask for, one of binary messages.
    static func connect(_ url: String, _ name: String) async throws -> WebSocketClient {
        var request = HTTPRequest(
            "GET", url,
            headers: [
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
                ("Sec-WebSocket-Protocol", name),
            ], timeout: .seconds(30))
        request.direct = true
        switch try await HTTPClient(.network).upgrade(request, to: "websocket") {
        case .refused(let answer): throw SPDYClient.Refused(status: answer.head.status)
        case .connection(let raw): return WebSocketClient(raw)
        }
    }

    private init(_ connection: RawConnection) { self.connection = connection }

    func send(_ bytes: [UInt8], on channel: UInt8) async throws {
        for start in stride(from: 0, to: max(bytes.count, 1), by: 30_000) {
            let piece = bytes[start..<min(start + 30_000, bytes.count)]
            var frame = ByteBuffer()
            frame.writeMultipleIntegers(UInt8(0x82), UInt8(0x80 | 126), UInt16(max(piece.count + 1, 126)))
            // A mask of zeros leaves the bytes as they are. A message is never shorter than its length field can say.
            guard piece.count + 1 >= 126 else {
                frame.clear()
                frame.writeMultipleIntegers(UInt8(0x82), UInt8(0x80 | (piece.count + 1)), UInt32(0), channel)
                frame.writeBytes(piece)
                try await connection.write(frame)
                continue
            }
            frame.writeMultipleIntegers(UInt32(0), channel)
            frame.writeBytes(piece)
            try await connection.write(frame)
        }
    }

    func received(_ channel: UInt8) -> [UInt8] { state.withLock { $0.received[channel] ?? [] } }
    func text(_ channel: UInt8) -> String { String(decoding: received(channel), as: UTF8.self) }

    /// Reads until `isDone`, or the connection's end.
    func read(until isDone: (WebSocketClient) -> Bool = { _ in false }) async throws {
        var held = ByteBuffer()
        while true {
            while let message = Self.message(&held) {
                state.withLock { state in
                    if message.code == 8 { state.isOver = true }
                    if message.code == 2, let channel = message.bytes.first {
                        state.received[channel, default: []] += message.bytes.dropFirst()
                    }
                }
            }
            if state.withLock({ $0.isOver }) { return }
            if held.readableBytes == 0, isDone(self) { return }
            guard var bytes = try await connection.read() else { return state.withLock { $0.isOver = true } }
            held.writeBuffer(&bytes)
        }
    }

    private static func message(_ held: inout ByteBuffer) -> (code: UInt8, bytes: [UInt8])? {
        var bytes = held
        guard let (first, second) = bytes.readMultipleIntegers(as: (UInt8, UInt8).self) else { return nil }
        var length = Int(second)
        if second == 126 {
            guard let long = bytes.readInteger(as: UInt16.self) else { return nil }
            length = Int(long)
        } else if second == 127 {
            guard let long = bytes.readInteger(as: UInt64.self) else { return nil }
            length = Int(long)
        }
        guard let payload = bytes.readBytes(length: length) else { return nil }
        held = bytes
        return (first & 0x0F, payload)
    }

    func close() async { await connection.close() }
}
