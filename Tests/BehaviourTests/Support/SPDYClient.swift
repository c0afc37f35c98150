import HTTPClient
import NIOCore
import Synchronization

/// A SPDY/3.1 client that shares nothing with the server's code: it needs no zlib, since header blocks may be written in stored
/// blocks, and those of replies say nothing.
final class SPDYClient: Sendable {
    private struct State {
        var next: UInt32 = 1
        var hasCompressed = false
        var received: [UInt32: [UInt8]] = [:]
        var ended: Set<UInt32> = []
        var isOver = false
    }
    private let state = Mutex(State())
    private let connection: RawConnection
    let protocolName: String

    struct Refused: Error { let status: Int }

    /// - Parameter protocols: the client's, best first.
    static func connect(_ url: String, _ protocols: String...) async throws -> SPDYClient {
        var request = HTTPRequest(
            "POST", url, headers: protocols.map { ("X-Stream-Protocol-Version", $0) }, timeout: .seconds(30))
        request.direct = true
        switch try await HTTPClient(.network).upgrade(request, to: "SPDY/3.1") {
        case .refused(let answer): throw Refused(status: answer.head.status)
        case .connection(let raw):
            let agreed = raw.head.headers.first { $0.name.lowercased() == "x-stream-protocol-version" }
            return SPDYClient(raw, agreed?.value ?? "")
        }
    }

    private init(_ connection: RawConnection, _ protocolName: String) {
        self.connection = connection
        self.protocolName = protocolName
    }

    /// Opens a stream.
    func open(_ headers: KeyValuePairs<String, String>) async throws -> UInt32 {
        var block = ByteBuffer(integer: UInt32(headers.count))
        for (name, value) in headers {
            for text in [name, value] {
                block.writeInteger(UInt32(text.utf8.count))
                block.writeString(text)
            }
        }
        let (id, isFirst) = state.withLock { state in
            defer {
                state.next += 2
                state.hasCompressed = true
            }
            return (state.next, !state.hasCompressed)
        }
        var body = ByteBuffer(integer: id)
        body.writeRepeatingByte(0, count: 6)
        // The zlib header with the id of SPDY's dictionary, once; then stored blocks, of which none is the last.
        if isFirst { body.writeBytes([0x78, 0xBB, 0xE3, 0xC6, 0xA7, 0xC2]) }
        let length = UInt16(block.readableBytes)
        body.writeInteger(UInt8(0))
        body.writeInteger(length, endianness: .little)
        body.writeInteger(~length, endianness: .little)
        body.writeBuffer(&block)
        var frame = ByteBuffer()
        frame.writeMultipleIntegers(UInt32(0x8003_0001), UInt32(body.readableBytes))
        frame.writeBuffer(&body)
        try await connection.write(frame)
        return id
    }

    func write(_ bytes: [UInt8], to id: UInt32) async throws {
        for start in stride(from: 0, to: bytes.count, by: 32 << 10) {
            let piece = bytes[start..<min(start + (32 << 10), bytes.count)]
            var frame = ByteBuffer()
            frame.writeMultipleIntegers(id, UInt32(piece.count))
            frame.writeBytes(piece)
            try await connection.write(frame)
        }
    }

    func finish(_ id: UInt32) async throws {
        var frame = ByteBuffer()
        frame.writeMultipleIntegers(id, UInt32(1 << 24))
        try await connection.write(frame)
    }

    func received(_ id: UInt32) -> [UInt8] { state.withLock { $0.received[id] ?? [] } }
    func text(_ id: UInt32) -> String { String(decoding: received(id), as: UTF8.self) }
    func hasEnded(_ id: UInt32) -> Bool { state.withLock { $0.isOver || $0.ended.contains(id) } }

    /// Reads until `isDone`, or the connection's end. One task at a time.
    func read(until isDone: (SPDYClient) -> Bool) async throws {
        var held = ByteBuffer()
        while true {
            while held.readableBytes >= 8, let head = held.getInteger(at: held.readerIndex, as: UInt32.self),
                let tail = held.getInteger(at: held.readerIndex + 4, as: UInt32.self),
                held.readableBytes >= 8 + Int(tail & 0xFF_FFFF)
            {
                held.moveReaderIndex(forwardBy: 8)
                let body = held.readBytes(length: Int(tail & 0xFF_FFFF)) ?? []
                take(head, flags: UInt8(tail >> 24), body)
            }
            // What is read beyond a whole frame must not be lost to the next reader.
            if held.readableBytes == 0, isDone(self) { return }
            guard var bytes = try await connection.read() else { return state.withLock { $0.isOver = true } }
            held.writeBuffer(&bytes)
        }
    }

    private func take(_ head: UInt32, flags: UInt8, _ body: [UInt8]) {
        state.withLock { state in
            if head & 0x8000_0000 == 0 {
                state.received[head, default: []] += body
                if flags & 1 != 0 { state.ended.insert(head) }
            } else if head & 0xFFFF == 3 {
                state.ended.insert(body.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
            }
        }
    }

    func close() async { await connection.close() }
}
