import NIOCore

/// Reads the head of one HTTP/1.1 answer from bytes as they come. Interim answers (1xx but 101) are passed over.
///
/// Bytes that are no head, a head past `HTTPResponseHead.limit` and an end in the middle are the peer's fault.
struct ResponseHeadParser {
    enum Step {
        case more
        /// The head, and the bytes that came behind it.
        case head(HTTPResponseHead, rest: ByteBuffer)
    }

    private var bytes = ByteBuffer()
    private var head: HTTPResponseHead?
    /// How far the current line has been searched for its end.
    private var searched = 0
    private var consumed = 0

    mutating func feed(_ more: ByteBuffer) throws(HTTPFailure) -> Step {
        var more = more
        bytes.writeBuffer(&more)
        while let line = nextLine() {
            guard consumed <= HTTPResponseHead.limit else { throw Self.tooLong }
            if line.isEmpty {
                guard let done = head else { continue }  // stray empty lines before the status line are harmless
                head = nil
                if done.status >= 200 || done.status == 101 { return .head(done, rest: bytes) }
            } else if head == nil {
                guard let started = HTTPResponseHead(statusLine: line) else {
                    throw HTTPFailure(reason: .broken, detail: "answer: no HTTP status line")
                }
                head = started
            } else if head?.append(line: line) != true {
                throw HTTPFailure(reason: .broken, detail: "answer: malformed header line")
            }
        }
        guard consumed + bytes.readableBytes <= HTTPResponseHead.limit else { throw Self.tooLong }
        return .more
    }

    private static let tooLong = HTTPFailure(reason: .tooLarge, detail: "answer's head longer than its limit")

    /// The next whole line without its CR LF (or bare LF).
    private mutating func nextLine() -> Substring? {
        let view = bytes.readableBytesView
        guard let end = view[(view.startIndex + searched)...].firstIndex(of: 10) else {
            searched = view.count
            return nil
        }
        searched = 0
        let length = end - view.startIndex
        consumed += length + 1
        var line = Substring(decoding: view[..<end], as: UTF8.self)
        bytes.moveReaderIndex(forwardBy: length + 1)
        if line.unicodeScalars.last == "\r" { line.unicodeScalars.removeLast() }
        return line
    }
}
