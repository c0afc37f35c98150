import DockerAPI

/// Turns the monitor's lines into Docker's: parts of a line are joined, lines longer than 16 KiB cut, all as JSON.
///
/// What comes out depends on what went in and on nothing else, so that an engine which died can produce again what its
/// predecessor had written, byte for byte, and go on behind it.
struct Transcript: Sendable, Equatable {
    /// Bytes of one piece of a long line, as dockerd cuts it; up to three fewer where a character would be cut apart.
    static let pieceLimit = 16 << 10
    /// Bytes of one line of the monitor's: it cuts at 8 KiB, so a longer one is not its own and is passed over.
    static let lineLimit = 64 << 10

    /// The beginning of a line whose end has not come.
    struct Part: Sendable, Equatable, Codable {
        var text: [UInt8] = []
        var time = ""
    }
    /// What is held back, by stream.
    private(set) var output = Part()
    private(set) var errors = Part()

    init(output: Part = Part(), errors: Part = Part()) {
        self.output = output
        self.errors = errors
    }

    /// - Parameter bytes: the file from where the last call stopped, as far as it was read.
    /// - Returns: the lines made, each with its line end, and how many bytes they took; the rest has no end yet.
    mutating func receive(_ bytes: [UInt8]) -> (lines: [UInt8], taken: Int) {
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count + bytes.count / 2)
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if end - start <= Self.lineLimit, let line = MonitorLine(bytes[start..<end]) { take(line, &lines) }
            start = end + 1
        }
        // What has no end after all that is no line: let go of it, or nothing would ever be taken again.
        if start == 0, bytes.count > Self.lineLimit { start = bytes.count }
        return (lines, start)
    }

    /// The output has ended: what is held back will not be continued.
    mutating func finish() -> [UInt8] {
        var lines: [UInt8] = []
        for (part, stream) in [(output, StreamFrame.Stream.stdout), (errors, .stderr)] where !part.text.isEmpty {
            JSONLine.append(part.text[...], endsLine: false, from: stream, at: part.time, to: &lines)
        }
        (output, errors) = (Part(), Part())
        return lines
    }

    private mutating func take(_ line: MonitorLine, _ lines: inout [UInt8]) {
        if line.stream == .stderr { take(line, &errors, &lines) } else { take(line, &output, &lines) }
    }

    private func take(_ line: MonitorLine, _ part: inout Part, _ lines: inout [UInt8]) {
        var text = line.text
        if !part.text.isEmpty || line.isPartial {
            part.text += text
            part.time = line.time
            text = part.text[...]
        }
        while text.count >= Self.pieceLimit {
            let cut = UTF8Sequence.boundary(text, upTo: text.startIndex + Self.pieceLimit)
            JSONLine.append(text[..<cut], endsLine: false, from: line.stream, at: line.time, to: &lines)
            text = text[cut...]
        }
        if line.isPartial {
            if text.count < part.text.count { part.text = Array(text) }
        } else {
            JSONLine.append(text, endsLine: true, from: line.stream, at: line.time, to: &lines)
            part = Part()
        }
    }
}
