import Linux

/// Which entries of a daemon's log have been written, so that it can be asked for the rest and nothing comes twice.
///
/// Daemons give a log from an instant on, and several entries may have one instant; nor need two streams' entries be in
/// order of time. So the cursor asks from a little before the last entry, and counts which of those instants it has had: a
/// log is told in the same order each time, so the first ones of an instant are those that were written.
struct LogCursor: Sendable, Equatable, Codable {
    /// Instants that are remembered at most, and what is kept of them when there are more.
    static let limit = 128
    static let kept = 64

    /// Entries from here on are wanted; nil: all.
    private(set) var since: Int64?
    /// How many entries of each instant from `since` on were written.
    private var written: [Int64: Int] = [:]

    init() {}

    /// An entry was written.
    mutating func note(_ instant: Int64) {
        if let since, instant < since { return }
        written[instant, default: 0] += 1
        if written.count > Self.limit {
            let recent = written.keys.sorted().suffix(Self.kept)
            since = recent.first
            let kept = Set(recent)
            written = written.filter { kept.contains($0.key) }
        }
    }

    /// What a daemon tells again, from `since` on.
    struct Replay: Sendable {
        fileprivate var left: [Int64: Int]

        /// - Returns: whether this entry was written before.
        mutating func has(_ instant: Int64) -> Bool {
            guard let count = left[instant] else { return false }
            left[instant] = count > 1 ? count - 1 : nil
            return true
        }
    }

    var replay: Replay { Replay(left: written) }

    /// `seconds.nanoseconds`, as the API's `since` wants it; nil: everything.
    var query: String? {
        since.map { since in
            let fraction = String(since % 1_000_000_000)
            return "\(since / 1_000_000_000).\(String(repeating: "0", count: 9 - fraction.count))\(fraction)"
        }
    }
}

extension LogCursor {
    /// Adds what a file of CRI lines holds.
    /// - Parameter isWhole: whether the lines are all of the file; else earlier ones may share the first ones' instants.
    /// - Returns: false when all lines have one instant, so that more of the file has to be seen.
    mutating func note(lines: ArraySlice<UInt8>, isWhole: Bool) -> Bool {
        let instants = lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
            Timestamp(fixedWidth: line.prefix(LogEntry.timeBytes))?.nanoseconds
        }
        if isWhole {
            for instant in instants { note(instant) }
            return true
        }
        // Far enough in that nothing in front of these lines can be so late.
        guard let early = instants.prefix(instants.count / 2).max(),
            let first = instants.filter({ $0 > early }).min()
        else { return false }
        self = LogCursor()
        since = first
        for instant in instants where instant >= first { note(instant) }
        return true
    }
}
