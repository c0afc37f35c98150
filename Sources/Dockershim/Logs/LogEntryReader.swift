import NIOCore

/// Cuts what the daemon streams of a log into entries, however its pieces fall.
///
/// Without a terminal each entry is a frame of Docker's multiplex. With one there are no frames: entries follow each other,
/// and where one is a piece of a long line nothing but the next one's time tells where it ends.
struct LogEntryReader {
    /// Bytes of one entry. Daemons cut lines at 16 KiB, of which bytes that are no UTF-8 become three each.
    static let entryLimit = 64 << 10
    /// A terminal's line shorter than this was not cut by the daemon, which takes 16 KiB and may step back from within a
    /// character.
    private static let shortestPiece = (16 << 10) - 3

    struct Malformed: Error, Equatable {
        let what: String
    }

    private let isTerminal: Bool
    private var waiting: [UInt8] = []
    /// What the daemon said of itself in the stream: why it ends.
    private(set) var complaint = ""

    init(isTerminal: Bool) { self.isTerminal = isTerminal }

    /// Whether the stream may end here.
    var isBetweenEntries: Bool { waiting.isEmpty }

    mutating func receive(_ bytes: ByteBuffer) throws(Malformed) -> [LogEntry] {
        waiting += bytes.readableBytesView
        var entries: [LogEntry] = []
        var start = 0
        while let (entry, end) = try isTerminal ? line(from: start) : frame(from: start) {
            if let entry { entries.append(entry) }
            start = end
        }
        waiting.removeFirst(start)
        return entries
    }

    /// The stream has ended: a terminal's last entry may have no line end.
    mutating func finish() throws(Malformed) -> LogEntry? {
        defer { waiting = [] }
        guard !waiting.isEmpty else { return nil }
        guard isTerminal, let entry = LogEntry(waiting[...], isErrorOutput: false) else {
            throw Malformed(what: "ended within an entry")
        }
        return entry
    }

    private mutating func frame(from start: Int) throws(Malformed) -> (LogEntry?, end: Int)? {
        let head = waiting[start...].prefix(8)
        guard head.count == 8 else { return nil }
        let length = head.suffix(4).reduce(0) { $0 << 8 | Int($1) }
        let kind = waiting[start]
        guard kind <= 3, head.dropFirst().prefix(3).allSatisfy({ $0 == 0 }) else {
            throw Malformed(what: "no frame's head")
        }
        guard length <= Self.entryLimit else { throw Malformed(what: "frame of \(length) bytes") }
        let end = start + 8 + length
        guard waiting.count >= end else { return nil }
        let payload = waiting[(start + 8)..<end]
        if kind == 3 {
            complaint = String(decoding: payload.prefix(1024), as: UTF8.self)
            return (nil, end)
        }
        guard let entry = LogEntry(payload, isErrorOutput: kind == 2) else {
            throw Malformed(what: "entry without time")
        }
        return (entry, end)
    }

    private func line(from start: Int) throws(Malformed) -> (LogEntry?, end: Int)? {
        let rest = waiting[start...]
        guard rest.count > LogEntry.timeBytes else { return nil }
        let text = rest.dropFirst(LogEntry.timeBytes + 1)
        let lineEnd = text.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
        let end: Int
        if let lineEnd, lineEnd - text.startIndex <= Self.shortestPiece {
            end = lineEnd
        } else if let cut = pieceEnd(text.dropFirst(Self.shortestPiece), upTo: lineEnd ?? waiting.count) {
            end = cut
        } else if let lineEnd {
            end = lineEnd
        } else {
            guard rest.count <= Self.entryLimit else { throw Malformed(what: "line of \(rest.count) bytes") }
            return nil
        }
        guard let entry = LogEntry(waiting[start..<end], isErrorOutput: false) else {
            throw Malformed(what: "entry without time")
        }
        return (entry, end)
    }

    /// Where the next entry's time begins within a long line.
    private func pieceEnd(_ bytes: ArraySlice<UInt8>, upTo limit: Int) -> Int? {
        var index = bytes.startIndex
        while index < limit {
            if LogEntry.beginsEntry(waiting[index...]) { return index }
            index += 1
        }
        return nil
    }
}
