/// One received header or trailer, as it stood on the wire.
struct HeaderField: Sendable, Equatable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Headers to send, laid out flat so that the C library can be shown them without an allocation for each.
struct HeaderList: Sendable, Equatable {
    private(set) var bytes: [UInt8] = []
    private(set) var lengths: [(name: Int, value: Int)] = []

    init() {}

    /// - Parameter spare: bytes of fields that will be appended.
    mutating func reserve(_ spare: Int) {
        bytes.reserveCapacity(bytes.count + spare)
        lengths.reserveCapacity(lengths.count + 4)
    }

    mutating func append(_ name: String, _ value: String) {
        bytes += name.utf8
        bytes += value.utf8
        lengths.append((name.utf8.count, value.utf8.count))
    }

    mutating func append(_ others: HeaderList) {
        bytes += others.bytes
        lengths += others.lengths
    }

    /// The end of a call: `grpc-status`, and `grpc-message` when there is one.
    mutating func append(_ status: GRPCStatus) {
        append("grpc-status", String(status.code.rawValue))
        if !status.message.isEmpty { append("grpc-message", StatusMessage.encode(status.message)) }
    }

    static let answer: HeaderList = [":status": "200", "content-type": "application/grpc"]
    static let request: HeaderList = [
        ":method": "POST", ":scheme": "http", ":authority": "localhost", "te": "trailers",
        "content-type": "application/grpc", "user-agent": "oxbow",
    ]
    static let ok: HeaderList = ["grpc-status": "0"]

    static func == (a: HeaderList, b: HeaderList) -> Bool {
        a.bytes == b.bytes && a.lengths.elementsEqual(b.lengths, by: ==)
    }
}

extension HeaderList: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral fields: (String, String)...) {
        for (name, value) in fields { append(name, value) }
    }
}
