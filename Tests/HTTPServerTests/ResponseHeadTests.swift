import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServer

@Suite("Heads of answers")
struct ResponseHeadTests {
    @Test("status line and headers are written as they are")
    func plain() {
        let head = ResponseHead.bytes(.notFound, ["Content-Type": "text/plain", "X": "y"])
        #expect(String(buffer: head) == "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nX: y\r\n\r\n")
        #expect(String(buffer: ResponseHead.bytes(.ok, [:], version: .http1_0)) == "HTTP/1.0 200 OK\r\n\r\n")
    }

    @Test("a value cannot begin another header")
    func injection() {
        let head = ResponseHead.bytes(.custom(code: 299, reasonPhrase: "a\r\nb"), ["X": "y\r\nEvil: 1"])
        #expect(String(buffer: head) == "HTTP/1.1 299 a  b\r\nX: y  Evil: 1\r\n\r\n")
    }

    @Test("framing is the server's alone")
    func framing() {
        let own: HTTPHeaders = ["content-length": "7", "transfer-encoding": "x", "connection": "upgrade", "a": "b"]
        let framed = ResponseHead.framed(own, length: 3, isLast: false)
        #expect(framed["content-length"] == ["3"] && framed["a"] == ["b"] && framed.count == 2)
        #expect(ResponseHead.framed(own, length: 3, isLast: true)["connection"] == ["close"])
        #expect(ResponseHead.framed(own, length: nil, isLast: false)["content-length"].isEmpty)
        let streamed = ResponseHead.streamed(own, inChunks: true, isLast: false)
        #expect(streamed["transfer-encoding"] == ["chunked"] && streamed["content-length"].isEmpty)
        #expect(ResponseHead.streamed(own, inChunks: false, isLast: true)["transfer-encoding"].isEmpty)
    }
}
