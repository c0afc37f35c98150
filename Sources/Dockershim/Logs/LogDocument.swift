import FoundationEssentials
import Linux

/// What the bridge writes down of one container's log: `<root>/logs/<id>`. The log file itself tells the rest.
struct LogDocument: Sendable, Equatable, Codable {
    /// The CRI's path.
    var path: String
    var isTerminal: Bool
    /// The file written to; it may have got another name since.
    var file: FileIdentity?
    /// What was written in front of that file.
    var cursor = LogCursor()
    /// The container has ended, and all that it said is in the file.
    var isComplete = false

    /// Bytes of one document: 128 instants and a path.
    static let limit = 64 << 10

    static func read(_ path: String) -> LogDocument? {
        // One that is missing or broken is none: then the log file alone tells.
        guard let bytes = try? Files.read(path, limit: limit) else { return nil }
        return try? JSONDecoder().decode(LogDocument.self, from: Data(bytes))
    }

    /// Survives this process; after the machine's end no container runs whose log could go on.
    func write(_ path: String) throws {
        try Files.write(path + ".new", [UInt8](try JSONEncoder().encode(self)), mode: 0o600)
        try Files.rename(path + ".new", path)
    }
}
