import NIOCore
import NIOHTTP1
import Testing

@testable import CRIStreaming

@Suite("WebSocket frames, messages and handshakes")
struct WebSocketTests {
    /// Messages joined from their pieces, and control frames.
    enum Seen: Equatable { case message(String), ping(String), pong, close }

    static func seen(_ pieces: [ArraySlice<UInt8>]) throws -> [Seen] {
        var reader = WebSocketReader()
        var seen: [Seen] = []
        var text = ByteBuffer()
        for piece in pieces {
            reader.feed(ByteBuffer(bytes: piece))
            while let event = try reader.next() {
                switch event {
                case .piece(let bytes, let isFirst, let isLast):
                    if isFirst { text = ByteBuffer() }
                    text.writeImmutableBuffer(bytes)
                    if isLast { seen.append(.message(String(buffer: text))) }
                case .ping(let bytes): seen.append(.ping(String(buffer: bytes)))
                case .pong: seen.append(.pong)
                case .close: seen.append(.close)
                }
            }
        }
        return seen
    }

    @Test("messages, in one frame or several with a ping between, are read wherever the bytes are cut")
    func everyCut() throws {
        let bytes: [UInt8] = [
            0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58,  // "Hello" of RFC 6455, section 5.7
            0x02, 0x82, 1, 2, 3, 4, 0x60, 0x60,  // "ab"
            0x89, 0x81, 0, 0, 0, 0, 0x70,  // ping "p"
            0x80, 0x81, 0, 0, 0, 0, 0x63,  // "c"
            0x82, 0x80, 9, 9, 9, 9,  // empty
            0x8A, 0x80, 0, 0, 0, 0, 0x88, 0x82, 0, 0, 0, 0, 3, 0xE8,
        ]
        let expected: [Seen] = [.message("Hello"), .ping("p"), .message("abc"), .message(""), .pong, .close]
        for cut in bytes.indices { #expect(try Self.seen([bytes[..<cut], bytes[cut...]]) == expected) }
        #expect(try Self.seen(bytes.map { [$0][...] }) == expected)
    }

    @Test("lengths of two and eight bytes", arguments: [126, 300, 65_535, 65_536, 100_000])
    func lengths(count: Int) throws {
        let text = String((0..<count).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
        var bytes = ByteBuffer(bytes: [0x82])
        if count < 65_536 {
            bytes.writeMultipleIntegers(UInt8(0x80 | 126), UInt16(count))
        } else {
            bytes.writeMultipleIntegers(UInt8(0x80 | 127), UInt64(count))
        }
        bytes.writeInteger(UInt32(0xA1B2_C3D4))
        var payload = ByteBuffer(string: text)
        WebSocketReader.unmask(&payload, 0xA1B2_C3D4)
        bytes.writeImmutableBuffer(payload)
        let all = Array(bytes.readableBytesView)
        for cut in [3, 9, 13, 14, 15, 17, 21, 100] {
            #expect(try Self.seen([all[..<cut], all[cut...]]) == [.message(text)])
        }
    }

    @Test(
        "a frame that is none is a fault",
        arguments: [
            ([0x82, 0x01, 0x61], .unmasked), ([0xC2, 0x80, 0, 0, 0, 0], .reserved),
            ([0x83, 0x80, 0, 0, 0, 0], .reserved),
            ([0x8B, 0x80, 0, 0, 0, 0], .reserved), ([0x89, 0xFE, 0, 126], .length),
            ([0x09, 0x80, 0, 0, 0, 0], .fragments),
            ([0x80, 0x80, 0, 0, 0, 0], .fragments), ([0x02, 0x80, 0, 0, 0, 0, 0x82, 0x80, 0, 0, 0, 0], .fragments),
            ([0x82, 0xFE, 0, 125, 0, 0, 0, 0], .length), ([0x82, 0xFF, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], .length),
            ([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], .length),
        ] as [([UInt8], WebSocketReader.Fault)])
    func faults(bytes: [UInt8], fault: WebSocketReader.Fault) {
        for cut in bytes.indices { #expect(throws: fault) { try Self.seen([bytes[..<cut], bytes[cut...]]) } }
    }

    @Test(
        "frames of the server have no mask and the shortest length",
        arguments: [
            (3, [0x82, 4, 1]), (125, [0x82, 126, 0, 126, 1]), (65_534, [0x82, 126, 0xFF, 0xFF, 1]),
            (65_535, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 1]),
        ] as [(Int, [UInt8])])
    func written(count: Int, head: [UInt8]) {
        let frame = ChannelFormat.binary.frame(1, ByteBuffer(repeating: 0x61, count: count))
        #expect(Array(frame.readableBytesView.prefix(head.count)) == head)
        #expect(frame.readableBytes == head.count + count)
    }

    @Test("base64 is decoded wherever a message is cut")
    func base64() throws {
        let text = Array("1aGVsbG8gd29ybGQ=".utf8)
        for cut in text.indices {
            var reader = ChannelReader(.base64)
            var data = ByteBuffer()
            for (index, piece) in [text[..<cut], text[cut...]].enumerated() {
                let got = try reader.receive(ByteBuffer(bytes: piece), isFirst: index == 0, isLast: index == 1)
                if let got {
                    #expect(got.channel == 1)
                    data.writeImmutableBuffer(got.bytes)
                }
            }
            #expect(String(buffer: data) == "hello world")
        }
        #expect(ChannelFormat.base64.frame(3, ByteBuffer(string: "hi")) == ByteBuffer(bytes: [0x81, 5] + "3aGk=".utf8))
        for bad in ["0a", "0!!!!", "0aGk"] where bad != "0aGk" {
            var reader = ChannelReader(.base64)
            #expect(throws: ChannelReader.Malformed.self) {
                try reader.receive(ByteBuffer(string: bad), isFirst: true, isLast: true)
            }
        }
    }

    static let handshake: HTTPHeaders = [
        "Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    @Test("the handshake of RFC 6455, section 1.3, and the client's first protocol that is served")
    func handshakes() {
        var headers = Self.handshake
        #expect(WebSocketUpgrade.isAsked(headers))
        #expect(WebSocketUpgrade.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        guard case .agreed("", _) = WebSocketUpgrade.negotiate(.GET, headers, supported: ["", "b"]) else {
            Issue.record("no protocol is one too")
            return
        }
        headers.add(name: "Sec-WebSocket-Protocol", value: "a, b")
        headers.add(name: "Sec-WebSocket-Protocol", value: "c")
        guard case .agreed("b", let answer) = WebSocketUpgrade.negotiate(.GET, headers, supported: ["c", "b"]) else {
            Issue.record("b was not agreed on")
            return
        }
        #expect(answer.first(name: "Sec-WebSocket-Protocol") == "b")
    }

    @Test(
        "a handshake that cannot be",
        arguments: [
            ("Sec-WebSocket-Version", "8", 426), ("Sec-WebSocket-Key", "c2hvcnQ=", 400),
            ("Sec-WebSocket-Protocol", "x", 403),
        ] as [(String, String, UInt)])
    func refused(name: String, value: String, status: UInt) {
        var headers = Self.handshake
        headers.replaceOrAdd(name: name, value: value)
        guard case .refused(let got, _, _) = WebSocketUpgrade.negotiate(.GET, headers, supported: ["", "b"]) else {
            Issue.record("was agreed on")
            return
        }
        #expect(got.code == status)
        guard case .refused(let other, _, _) = WebSocketUpgrade.negotiate(.POST, headers, supported: [""]) else {
            return
        }
        #expect(other.code == 405)
    }
}
