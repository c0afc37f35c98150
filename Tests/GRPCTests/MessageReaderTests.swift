import NIOCore
import Testing

@testable import GRPC

@Suite("Length-prefixed messages")
struct MessageReaderTests {
    /// "abc", an empty message, "d".
    static let bytes: [UInt8] = [0, 0, 0, 0, 3, 0x61, 0x62, 0x63, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x64]

    static func read(_ chunks: [[UInt8]], limit: Int = 100) throws -> (messages: [String], atBoundary: Bool) {
        var reader = MessageReader(limit: limit)
        var messages: [String] = []
        for chunk in chunks {
            var buffer = ByteBuffer(bytes: chunk)
            while let message = try reader.next(from: &buffer) { messages.append(String(buffer: message)) }
            #expect(buffer.readableBytes == 0)
        }
        return (messages, reader.isAtBoundary)
    }

    @Test("messages are the same, wherever their bytes are split", arguments: 0...bytes.count)
    func split(at first: Int) throws {
        for second in first...Self.bytes.count {
            let pieces = [Self.bytes[..<first], Self.bytes[first..<second], Self.bytes[second...]].map(Array.init)
            let result = try Self.read(pieces)
            #expect(result.messages == ["abc", "", "d"])
            #expect(result.atBoundary)
        }
    }

    @Test("byte by byte works too")
    func bytewise() throws {
        #expect(try Self.read(Self.bytes.map { [$0] }).messages == ["abc", "", "d"])
    }

    @Test("an unfinished message is no boundary", arguments: [1, 4, 5, 7])
    func unfinished(count: Int) throws {
        let result = try Self.read([Array(Self.bytes.prefix(count))])
        #expect(result.messages.isEmpty)
        #expect(!result.atBoundary)
    }

    @Test("a message past the limit is refused from its prefix alone, nothing kept")
    func tooLarge() throws {
        var reader = MessageReader(limit: 2)
        var buffer = ByteBuffer(bytes: Self.bytes.prefix(5))
        #expect(throws: MessageReader.Fault.tooLarge(bytes: 3)) { try reader.next(from: &buffer) }
        #expect(reader.heldBytes == 0)
        #expect(try Self.read([Self.bytes], limit: 3).messages.count == 3)
    }

    @Test("a compressed message and a flag that does not exist are faults")
    func flags() {
        #expect(throws: MessageReader.Fault.compressed) { try Self.read([[1, 0, 0, 0, 1, 9]]) }
        #expect(throws: MessageReader.Fault.malformed(flag: 2)) { try Self.read([[2, 0, 0, 0, 1, 9]]) }
    }

    @Test("a message that lies in one chunk is not copied")
    func noCopy() throws {
        var reader = MessageReader(limit: 100)
        var buffer = ByteBuffer(bytes: Self.bytes)
        let message = try #require(try reader.next(from: &buffer))
        #expect(message.readerIndex == 0 && message.capacity == 3)
        #expect(message.storageCapacity == buffer.storageCapacity)
    }
}

@Suite("The one message of a request")
struct RequestReaderTests {
    func read(_ bytes: [UInt8], encoding: String = "identity") throws -> ByteBuffer {
        var reader = RequestReader(encoding: encoding, limit: 4)
        try reader.append(ByteBuffer(bytes: bytes))
        return try reader.finish()
    }

    @Test("one message is the request")
    func one() throws {
        #expect(try read([0, 0, 0, 0, 1, 5]) == ByteBuffer(bytes: [5]))
        #expect(try read([0, 0, 0, 0, 0]) == ByteBuffer())
    }

    @Test(
        "none, two, half a message and one past the limit are not",
        arguments: [
            ([], GRPCStatus(.internal, "request: no message")),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], GRPCStatus(.internal, "request: more than one message")),
            ([0, 0, 0, 0, 2, 1], GRPCStatus(.internal, "request: ends within a message")),
            ([0, 0, 0], GRPCStatus(.internal, "request: ends within a message")),
            ([0, 0, 0, 0, 5], GRPCStatus(.resourceExhausted, "request message: larger than 4 bytes (5)")),
            ([9, 0, 0, 0, 1, 1], GRPCStatus(.internal, "request message: malformed prefix (9)")),
        ])
    func faults(bytes: [UInt8], status: GRPCStatus) {
        #expect(throws: status) { try read(bytes) }
    }

    @Test("a compressed message is UNIMPLEMENTED and names the encoding")
    func compressed() {
        #expect(throws: GRPCStatus(.unimplemented, "grpc-encoding: not supported (gzip)")) {
            try read([1, 0, 0, 0, 1, 1], encoding: "gzip")
        }
    }
}

@Suite("Messages that wait to be sent")
struct OutboxTests {
    @Test("prefix and payload come out the same in steps of any size", arguments: 1...19)
    func steps(step: Int) {
        var outbox = Outbox()
        for text in ["abc", "", "d"] { outbox.append(ByteBuffer(string: text)) }
        #expect(outbox.bytes == MessageReaderTests.bytes.count)
        var output = ByteBuffer()
        while outbox.bytes > 0 { outbox.move(min(step, outbox.bytes), to: &output) }
        #expect(Array(buffer: output) == MessageReaderTests.bytes)
    }

    @Test("a length of more than one byte is big-endian")
    func length() {
        var outbox = Outbox()
        outbox.append(ByteBuffer(repeating: 0, count: 0x01_02_03))
        var output = ByteBuffer()
        outbox.move(5, to: &output)
        #expect(Array(buffer: output) == [0, 0, 1, 2, 3])
        #expect(outbox.bytes == 0x01_02_03)
    }
}
