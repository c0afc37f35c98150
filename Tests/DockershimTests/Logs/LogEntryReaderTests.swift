import NIOCore
import Testing

@testable import Dockershim

@Suite struct LogEntryReaderTests {
    static let time = "2026-11-24T04:40:37.120000000Z"

    static func frame(_ kind: UInt8, _ text: String) -> [UInt8] {
        let payload = Array(text.utf8)
        return [kind, 0, 0, 0] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
            + payload
    }

    private func lines(_ entries: [LogEntry]) -> [String] {
        var bytes: [UInt8] = []
        for entry in entries { entry.append(to: &bytes) }
        return bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Feeds bytes in two pieces, cut at each place.
    private func everySplit(_ bytes: [UInt8], isTerminal: Bool, _ expected: [String]) throws {
        for cut in 0...bytes.count {
            var reader = LogEntryReader(isTerminal: isTerminal)
            var entries = try reader.receive(ByteBuffer(bytes: bytes[..<cut]))
            entries += try reader.receive(ByteBuffer(bytes: bytes[cut...]))
            if let last = try reader.finish() { entries.append(last) }
            #expect(lines(entries) == expected, "cut at \(cut)")
        }
    }

    @Test("frames become CRI lines, however they are cut")
    func frames() throws {
        let bytes =
            Self.frame(1, "\(Self.time) one\n") + Self.frame(2, "\(Self.time) two \r\n")
            + Self.frame(1, "\(Self.time) part") + Self.frame(1, "\(Self.time) \n")
        try everySplit(
            bytes, isTerminal: false,
            [
                "\(Self.time) stdout F one", "\(Self.time) stderr F two \r", "\(Self.time) stdout P part",
                "\(Self.time) stdout F ",
            ])
    }

    @Test("a terminal's lines become CRI lines, however they are cut")
    func terminal() throws {
        try everySplit(
            Array("\(Self.time) one\r\n\(Self.time) \r\n\(Self.time) no end".utf8), isTerminal: true,
            ["\(Self.time) stdout F one\r", "\(Self.time) stdout F \r", "\(Self.time) stdout P no end"])
    }

    @Test("a terminal's long line is cut where the daemon cut it", arguments: [16381, 16384, 20000])
    func longTerminalLine(_ piece: Int) throws {
        let long = String(repeating: "x", count: piece)
        var reader = LogEntryReader(isTerminal: true)
        let text = "\(Self.time) \(long)\(Self.time) \(long)\(Self.time) rest\r\n\(Self.time) next\r\n"
        var entries: [LogEntry] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            entries += try reader.receive(ByteBuffer(bytes: bytes[start..<min(start + 1000, bytes.count)]))
        }
        #expect(
            lines(entries) == [
                "\(Self.time) stdout P \(long)", "\(Self.time) stdout P \(long)", "\(Self.time) stdout F rest\r",
                "\(Self.time) stdout F next\r",
            ])
        #expect(reader.isBetweenEntries)
    }

    @Test("what the daemon says of itself is no output")
    func complaint() throws {
        var reader = LogEntryReader(isTerminal: false)
        let entries = try reader.receive(ByteBuffer(bytes: Self.frame(3, "Error grabbing logs: x")))
        #expect(entries.isEmpty)
        #expect(reader.complaint == "Error grabbing logs: x")
    }

    @Test("a stream that is no log is refused, and costs no more than its limit")
    func malformed() throws {
        func refuses(isTerminal: Bool, _ bytes: [UInt8]) -> Bool {
            var reader = LogEntryReader(isTerminal: isTerminal)
            do {
                _ = try reader.receive(ByteBuffer(bytes: bytes))
                return try reader.finish() == nil && false
            } catch { return true }
        }
        #expect(refuses(isTerminal: false, Array("\(Self.time) raw output".utf8)))
        #expect(refuses(isTerminal: false, [1, 0, 0, 0, 0, 2, 0, 0]))
        #expect(refuses(isTerminal: false, Self.frame(1, "no time\n")))
        #expect(refuses(isTerminal: false, Array(Self.frame(1, "\(Self.time) x\n").dropLast())))
        #expect(refuses(isTerminal: true, Array("no time, but a line longer than that\n".utf8)))
        let endless = Array("\(Self.time) ".utf8) + [UInt8](repeating: 0x41, count: LogEntryReader.entryLimit)
        #expect(refuses(isTerminal: true, endless))
    }
}
