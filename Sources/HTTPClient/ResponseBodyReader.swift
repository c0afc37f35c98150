import NIOCore

/// Reads the body of one HTTP/1.1 answer, framed by length, by chunks or by the connection's end.
struct ResponseBodyReader {
    /// Most bytes of a refusal that are kept.
    static let limit = 1 << 20

    private enum Framing: Equatable {
        case length(Int)
        case untilEnd
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case done
    }
    private var framing: Framing
    private var pending = ByteBuffer()
    private(set) var body = ByteBuffer()

    init(_ head: HTTPResponseHead) {
        if head["Transfer-Encoding"]?.lowercased().hasSuffix("chunked") == true {
            framing = .chunkSize
        } else if let length = head["Content-Length"].flatMap(Int.init) {
            framing = length > 0 ? .length(length) : .done
        } else {
            framing = .untilEnd
        }
    }

    var isDone: Bool { framing == .done }

    /// - Parameter bytes: nil at the connection's end.
    mutating func feed(_ bytes: ByteBuffer?) throws(HTTPFailure) {
        guard var bytes else {
            guard framing == .untilEnd || framing == .done else {
                throw HTTPFailure(reason: .broken, detail: "answer: ended in the middle of its body")
            }
            framing = .done
            return
        }
        pending.writeBuffer(&bytes)
        while try step() {}
        guard body.readableBytes <= Self.limit else {
            throw HTTPFailure(reason: .tooLarge, detail: "answer longer than \(Self.limit) bytes")
        }
    }

    /// - Returns: false when more bytes are needed, or none.
    private mutating func step() throws(HTTPFailure) -> Bool {
        switch framing {
        case .done: return false
        case .untilEnd:
            body.writeBuffer(&pending)
            return false
        case .length(let left):
            let taken = take(left)
            framing = taken == left ? .done : .length(left - taken)
            return false
        case .chunk(let left):
            let taken = take(left)
            framing = taken == left ? .chunkEnd : .chunk(left - taken)
            return taken == left
        case .chunkEnd:
            guard line() != nil else { return false }
            framing = .chunkSize
            return true
        case .chunkSize:
            guard let line = line() else {
                guard pending.readableBytes <= 1024 else { throw Self.malformed }
                return false
            }
            guard let size = Int(line.prefix { $0.isHexDigit }, radix: 16), size <= Self.limit else {
                throw Self.malformed
            }
            framing = size == 0 ? .done : .chunk(size)  // trailers go with the connection
            return size != 0
        }
    }

    private static let malformed = HTTPFailure(reason: .broken, detail: "answer: malformed chunk")

    private mutating func take(_ count: Int) -> Int {
        let count = min(count, pending.readableBytes)
        if var part = pending.readSlice(length: count) { body.writeBuffer(&part) }
        return count
    }

    private mutating func line() -> String? {
        guard let end = pending.readableBytesView.firstIndex(of: 10) else { return nil }
        return pending.readString(length: end - pending.readerIndex + 1)
    }
}
