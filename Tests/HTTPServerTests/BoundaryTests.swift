import NIOCore
import Testing

@testable import HTTPServer

@Suite("The end of a chunked body")
struct ChunkScannerTests {
    /// How much of the text is the body, fed in two pieces; nil: it is not over.
    func length(_ text: String, splitAt split: Int, limit: Int = 100) throws -> Int? {
        var scanner = ChunkScanner(limit: limit)
        let bytes = Array(text.utf8)
        let first = try scanner.scan(ByteBuffer(bytes: bytes[..<split]).readableBytesView)
        if scanner.isOver { return first }
        let second = try scanner.scan(ByteBuffer(bytes: bytes[split...]).readableBytesView)
        return scanner.isOver ? first + second : nil
    }

    @Test(
        "it is found, wherever the bytes are split",
        arguments: [
            "0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n", "A;x=\"y\"\r\n0123456789\r\n00\r\nTrailer: 1\r\nb: 2\r\n\r\n",
            "1\na\n0\n\n", "5\r\n0\r\n\r\n\r\n0\r\n\r\n",
        ])
    func ends(body: String) throws {
        let text = body + "GET / HTTP/1.1\r\n"
        for split in 0...text.utf8.count {
            #expect(try length(text, splitAt: split) == body.utf8.count, "split at \(split)")
        }
    }

    @Test(
        "an unfinished body is not over",
        arguments: ["", "3", "3\r\n", "3\r\nab", "3\r\nabc", "0\r\n", "0\r\na: b\r\n"])
    func unfinished(text: String) throws {
        #expect(try length(text, splitAt: 0) == nil)
    }

    @Test(
        "what is no chunk is malformed",
        arguments: [
            "x\r\n", "\r\n", "-1\r\n", "1\r\nabc", "1111111111111111\r\n", "1;" + String(repeating: "x", count: 101),
        ])
    func malformed(text: String) {
        #expect(throws: ChunkScanner.Malformed()) { try length(text, splitAt: 0) }
    }

    @Test("trailers are limited")
    func trailers() {
        #expect(throws: ChunkScanner.Malformed()) {
            try length("0\r\n" + String(repeating: "a: b\r\n", count: 20), splitAt: 0)
        }
    }
}

@Suite("The end of a request")
struct RequestBoundaryTests {
    static let head = "POST /x HTTP/1.1\r\nHost: d\r\n\r\n"

    /// The pieces that go to the decoder, joined, and what is left.
    func take(_ text: String, _ framing: RequestBoundary.Framing, splitAt split: Int) throws -> (
        taken: String, left: String
    ) {
        var boundary = RequestBoundary(headLimit: 200)
        var held = ByteBuffer()
        var taken = ""
        let bytes = Array(text.utf8)
        for piece in [bytes[..<split], bytes[split...]] {
            held.writeBytes(piece)
            while let next = try boundary.take(from: &held) {
                if taken.isEmpty { boundary.headRead(framing) }
                taken += String(buffer: next)
            }
        }
        #expect(boundary.isOver)
        return (taken, String(buffer: held))
    }

    @Test("head and body are given out, what follows is kept, wherever the bytes are split")
    func split() throws {
        for (body, framing) in [
            ("", RequestBoundary.Framing.length(0)), ("hello", .length(5)), ("2\r\nhi\r\n0\r\n\r\n", .chunked),
        ] {
            let text = "\r\n" + Self.head + body + "raw\r\n\r\n"
            for split in 0...text.utf8.count {
                let result = try take(text, framing, splitAt: split)
                #expect(result.taken == Self.head + body && result.left == "raw\r\n\r\n", "split at \(split)")
            }
        }
    }

    @Test("a head past the limit is too large, complete or not")
    func tooLarge() throws {
        for text in [String(repeating: "x", count: 201), String(repeating: "x", count: 200) + "\r\n\r\n"] {
            var boundary = RequestBoundary(headLimit: 200)
            var held = ByteBuffer(string: text)
            #expect(throws: RequestBoundary.Fault.headTooLarge) { try boundary.take(from: &held) }
        }
        var boundary = RequestBoundary(headLimit: 200)
        var held = ByteBuffer(string: String(repeating: "x", count: 196) + "\r\n\r\n")
        #expect(try boundary.take(from: &held)?.readableBytes == 200)
    }

    @Test("a head that the decoder makes nothing of is malformed")
    func undecoded() throws {
        var boundary = RequestBoundary(headLimit: 200)
        var held = ByteBuffer(string: "hello\n\nworld")
        _ = try boundary.take(from: &held)
        #expect(throws: RequestBoundary.Fault.malformed) { try boundary.take(from: &held) }
    }
}
