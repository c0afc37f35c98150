import Linux

/// One entry of a container's log as the daemon tells it with `timestamps=1`: a line, or a piece of a long one.
struct LogEntry: Sendable, Equatable {
    /// Letter for letter the daemon's: RFC 3339 with nine digits, in UTC.
    var time: [UInt8]
    var isErrorOutput: Bool
    /// Ends with a line end, unless the entry is a piece that another continues.
    var text: ArraySlice<UInt8>

    static let timeBytes = 30

    /// Nanoseconds since 1970; nil for what is no time.
    var instant: Int64? { Timestamp(fixedWidth: time[...])?.nanoseconds }

    /// - Parameter entry: time, a space, text.
    init?(_ entry: ArraySlice<UInt8>, isErrorOutput: Bool) {
        guard Self.beginsEntry(entry) else { return nil }
        time = Array(entry.prefix(Self.timeBytes))
        text = entry.dropFirst(Self.timeBytes + 1)
        self.isErrorOutput = isErrorOutput
    }

    /// Whether these bytes are `2006-01-02T15:04:05.000000000Z ` and more: what each entry begins with.
    static func beginsEntry(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count > timeBytes else { return false }
        return zip(bytes, shape).allSatisfy { byte, shape in
            shape == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == shape
        }
    }
    private static let shape = Array("0000-00-00T00:00:00.000000000Z ".utf8)

    /// `2016-10-06T00:17:09.669794202Z stdout F text`, with its line end: the CRI's log format.
    func append(to lines: inout [UInt8]) {
        let isWhole = text.last == UInt8(ascii: "\n")
        lines += time
        lines += (isErrorOutput ? " stderr " : " stdout ").utf8
        lines += (isWhole ? "F " : "P ").utf8
        lines += text
        if !isWhole { lines.append(UInt8(ascii: "\n")) }
    }
}
