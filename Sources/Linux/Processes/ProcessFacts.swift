import Glibc

/// What /proc says of one process.
package struct ProcessFacts: Sendable, Equatable {
    package var pid: Int32
    package var parent: Int32
    /// The pid of the session's leader, who may be gone.
    package var session: Int32
    package var command: String
    /// `R`, `S`, `Z` … as an ASCII code.
    package var state: UInt8
    /// Clock ticks since boot.
    package var startTime: UInt64
    /// User + system time of the process, and of its reaped children, in seconds.
    package var ownCPU: Double
    package var childrenCPU: Double

    /// - Returns: nil when there is no such process.
    package static func read(_ pid: Int32) -> ProcessFacts? {
        guard let text = try? Files.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
        return parse(String(decoding: text, as: UTF8.self), ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))))
    }

    package static func all() -> [ProcessFacts] {
        guard let entries = try? Files.entries(of: "/proc") else { return [] }
        return entries.compactMap(Int32.init).compactMap(read)
    }

    /// One line of /proc/PID/stat. The command stands in parentheses and may hold spaces and parentheses itself.
    static func parse(_ line: String, ticksPerSecond: Double) -> ProcessFacts? {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close,
            let pid = Int32(line[..<open].dropLast())
        else { return nil }
        let fields = line[line.index(after: close)...].split(whereSeparator: \.isWhitespace)
        // Field 3 of proc(5), the state, is fields[0].
        guard fields.count > 19, let state = fields[0].utf8.first, let parent = Int32(fields[1]),
            let session = Int32(fields[3]),
            let user = Double(fields[11]), let system = Double(fields[12]), let childrenUser = Double(fields[13]),
            let childrenSystem = Double(fields[14]), let startTime = UInt64(fields[19])
        else { return nil }
        return ProcessFacts(
            pid: pid, parent: parent, session: session, command: String(line[line.index(after: open)..<close]),
            state: state,
            startTime: startTime, ownCPU: (user + system) / ticksPerSecond,
            childrenCPU: (childrenUser + childrenSystem) / ticksPerSecond)
    }

    /// Proportional set size in bytes from smaps_rollup; nil when the process is gone.
    package static func pss(of pid: Int32) -> UInt64? {
        guard let text = try? Files.read("/proc/\(pid)/smaps_rollup", limit: 8192) else { return nil }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where line.hasPrefix("Pss:") {
            return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { UInt64($0) }.map { $0 * 1024 }
        }
        return nil
    }

    /// Each argument ends with a zero byte; an empty one is an argument too.
    static func arguments(in text: [UInt8]) -> [String] {
        guard !text.isEmpty else { return [] }
        let body = text.last == 0 ? text.dropLast() : text[...]
        return body.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    package static func commandLine(of pid: Int32) -> [String] {
        guard let text = try? Files.read("/proc/\(pid)/cmdline", limit: 1 << 20) else { return [] }
        return arguments(in: text)
    }
}
