import NIOCore
import NIOHTTP1

/// The head of an answer, as bytes.
///
/// Written here and not by NIO's encoder, which adds framing where a hijacked connection and an answer to HEAD must have
/// none.
enum ResponseHead {
    static func bytes(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, version: HTTPVersion = .http1_1)
        -> ByteBuffer
    {
        var head = ByteBuffer()
        head.reserveCapacity(512)
        head.writeString("HTTP/1.\(version.minor == 0 ? 0 : 1) \(status.code) \(clean(status.reasonPhrase))\r\n")
        for (name, value) in headers { head.writeString("\(name): \(clean(value))\r\n") }
        head.writeStaticString("\r\n")
        return head
    }

    /// For an answer with a whole body, or none.
    /// - Parameter length: of the body that a GET would have; nil: the status allows none.
    static func framed(_ headers: HTTPHeaders, length: Int?, isLast: Bool) -> HTTPHeaders {
        var headers = headers
        headers.remove(name: "transfer-encoding")
        if let length {
            headers.replaceOrAdd(name: "Content-Length", value: String(length))
        } else {
            headers.remove(name: "content-length")
        }
        return closing(headers, isLast)
    }

    /// For an answer whose length nobody knows: in chunks, or (to HTTP/1.0) up to the connection's end.
    static func streamed(_ headers: HTTPHeaders, inChunks: Bool, isLast: Bool) -> HTTPHeaders {
        var headers = headers
        headers.remove(name: "content-length")
        headers.remove(name: "transfer-encoding")
        if inChunks { headers.add(name: "Transfer-Encoding", value: "chunked") }
        return closing(headers, isLast)
    }

    private static func closing(_ headers: HTTPHeaders, _ isLast: Bool) -> HTTPHeaders {
        var headers = headers
        headers.remove(name: "connection")
        if isLast { headers.add(name: "Connection", value: "close") }
        return headers
    }

    /// A value can never begin another header.
    private static func clean(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else { return text }
        return String(decoding: text.utf8.map { $0 < 0x20 && $0 != 0x09 ? 0x20 : $0 }, as: UTF8.self)
    }

    /// `5\r\n` before a chunk of five bytes.
    static func chunkSize(_ count: Int) -> ByteBuffer { ByteBuffer(string: String(count, radix: 16) + "\r\n") }
    static let chunkEnd = ByteBuffer(string: "\r\n")
    static let lastChunk = ByteBuffer(string: "0\r\n\r\n")
    static let goOn = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
}
