import NIOCore
import Testing

@testable import HTTPClient

@Suite struct ResponseHeadParserTests {
    private static let wire =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
        + "Connection: Upgrade\r\nX-Empty:\r\nUpgrade:  tcp \r\n\r\nraw\r\n\r\nbytes"

    @Test("a head is read alike wherever the bytes are split")
    func everySplit() throws {
        let bytes = Array(Self.wire.utf8)
        for cut in 0...bytes.count {
            var parser = ResponseHeadParser()
            var step = try parser.feed(ByteBuffer(bytes: bytes[..<cut]))
            var later = ByteBuffer(bytes: bytes[cut...])
            if case .more = step {
                step = try parser.feed(later)
                later.clear()
            }
            guard case .head(let head, var rest) = step else {
                Issue.record("no head at split \(cut)")
                continue
            }
            rest.writeBuffer(&later)
            #expect(head.status == 101)
            #expect(head["content-type"] == "application/vnd.docker.raw-stream")
            #expect(head["upgrade"] == "tcp")
            #expect(head["x-empty"] == "")
            #expect(String(buffer: rest) == "raw\r\n\r\nbytes")
        }
    }

    @Test(
        "what is no HTTP head is refused",
        arguments: [
            "SSH-2.0-x\r\n", "HTTP/1.1 abc\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n", "HTTP/1.1 200 OK\r\n: x\r\n",
        ])
    func malformed(text: String) {
        var parser = ResponseHeadParser()
        #expect(throws: HTTPFailure.self) { _ = try parser.feed(ByteBuffer(string: text)) }
    }

    @Test("a head past its limit is refused, in one line and in many")
    func tooLong() throws {
        var parser = ResponseHeadParser()
        _ = try parser.feed(ByteBuffer(string: "HTTP/1.1 200 OK\r\nX: "))
        let failure = #expect(throws: HTTPFailure.self) {
            _ = try parser.feed(ByteBuffer(repeating: 97, count: HTTPResponseHead.limit))
        }
        #expect(failure?.reason == .tooLarge)
        var many = ResponseHeadParser()
        _ = try many.feed(ByteBuffer(string: "HTTP/1.1 200 OK\r\n"))
        #expect(throws: HTTPFailure.self) {
            for _ in 0..<10_000 { _ = try many.feed(ByteBuffer(string: "X: aaaaaaaa\r\n")) }
        }
    }
}

@Suite struct ResponseBodyReaderTests {
    private static func read(_ header: (String, String), _ wire: String, cut: Int) throws -> String {
        var reader = ResponseBodyReader(HTTPResponseHead(status: 409, headers: [header]))
        let bytes = Array(wire.utf8)
        try reader.feed(ByteBuffer(bytes: bytes[..<cut]))
        if !reader.isDone { try reader.feed(ByteBuffer(bytes: bytes[cut...])) }
        if !reader.isDone { try reader.feed(nil) }
        return String(buffer: reader.body)
    }

    @Test("a body is read alike wherever the bytes are split")
    func everySplit() throws {
        let chunked = "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"
        for cut in 0...chunked.utf8.count {
            #expect(try Self.read(("Transfer-Encoding", "chunked"), chunked, cut: cut) == "hello!")
        }
        for cut in 0...5 {
            #expect(try Self.read(("Content-Length", "5"), "hello", cut: cut) == "hello")
            #expect(try Self.read(("Connection", "close"), "hello", cut: cut) == "hello")
        }
    }

    @Test("a body that ends early, a bad chunk and one past the limit are refused")
    func refused() {
        #expect(throws: HTTPFailure.self) { try Self.read(("Content-Length", "9"), "hello", cut: 5) }
        #expect(throws: HTTPFailure.self) { try Self.read(("Transfer-Encoding", "chunked"), "zz\r\n", cut: 4) }
        #expect(throws: HTTPFailure.self) { try Self.read(("Transfer-Encoding", "chunked"), "-1\r\n", cut: 4) }
        var reader = ResponseBodyReader(HTTPResponseHead(status: 409))
        let failure = #expect(throws: HTTPFailure.self) {
            try reader.feed(ByteBuffer(repeating: 1, count: ResponseBodyReader.limit + 1))
        }
        #expect(failure?.reason == .tooLarge)
    }
}
