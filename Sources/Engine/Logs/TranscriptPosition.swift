import FoundationEssentials
import Linux

/// How far a container's output is transcribed, as the engine writes it down from time to time. Between two records the
/// json-file's own length tells the rest, since a transcript is made again byte for byte.
struct TranscriptPosition: Sendable, Equatable, Codable {
    /// The monitor's file; nil: none was begun.
    var source: FileIdentity?
    /// Bytes of it that are transcribed.
    var sourceOffset: UInt64 = 0
    /// Docker's file, and its length when this was written.
    var json: FileIdentity
    var jsonOffset: UInt64 = 0
    /// Bytes of the lines made from `sourceOffset` on that lie in front of `jsonOffset`, or in an earlier file.
    var known: UInt64 = 0
    /// What the transcript held back then.
    var output = Transcript.Part()
    var errors = Transcript.Part()

    /// Bytes of one record: two parts of 16 KiB as arrays of numbers, and some.
    static let limit = 1 << 20

    static func read(_ path: String) -> TranscriptPosition? {
        // A record that is missing or broken is none: there was nothing to remember, or the machine went down.
        guard let bytes = try? Files.read(path, limit: limit) else { return nil }
        return try? JSONDecoder().decode(TranscriptPosition.self, from: Data(bytes))
    }

    /// Replaces the old record. Survives this process, not the machine: nor does what is written of it.
    func write(_ path: String) throws {
        try Files.write(path + ".new", [UInt8](try JSONEncoder().encode(self)), mode: 0o600)
        try Files.rename(path + ".new", path)
    }
}
