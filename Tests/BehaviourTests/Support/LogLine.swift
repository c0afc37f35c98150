import CRI
import Linux
import Testing

/// One line of a log in CRI format.
struct LogLine: Equatable {
    var time: Timestamp
    var stream: String
    var isPartial: Bool
    var text: String

    /// - Throws: when the line is not `<RFC 3339> <stdout|stderr> <P|F> <text>`.
    init(_ line: Substring) throws {
        let fields = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        try #require(fields.count == 4, "no CRI line: \(line.prefix(80))")
        time = try #require(Timestamp(rfc3339: String(fields[0])), "no time: \(line.prefix(80))")
        stream = String(fields[1])
        try #require(["stdout", "stderr"].contains(stream), "no stream: \(line.prefix(80))")
        try #require(["P", "F"].contains(fields[2]), "no tag: \(line.prefix(80))")
        isPartial = fields[2] == "P"
        text = String(fields[3])
    }

    /// Cut at line feeds only: Swift takes a terminal's `\r\n` for one character.
    static func lines(_ bytes: [UInt8]) throws -> [LogLine] {
        try bytes.split(separator: 10).map { try LogLine(Substring(decoding: $0, as: UTF8.self)) }
    }

    /// What was written in one line, its parts joined.
    static func joined(_ lines: [LogLine]) -> String {
        lines.map { $0.isPartial ? $0.text : $0.text + "\n" }.joined()
    }
}

extension Pod {
    /// The lines of a container's log, which has to be in CRI format.
    func lines(_ container: ContainerConfig) async throws -> [LogLine] {
        try LogLine.lines(Array(try await log(container).utf8))
    }

    func path(_ container: ContainerConfig) -> String { "\(config.logDirectory)/\(container.logPath)" }
}
