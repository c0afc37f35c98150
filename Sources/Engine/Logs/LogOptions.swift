import Core
import DockerAPI
import Faults

/// The json-file driver's options: how large a file may grow, and how many are kept.
struct LogOptions: Sendable, Equatable {
    /// A file of this many bytes is followed by another; nil: never.
    var maximumBytes: Int64?
    /// Files kept, the current one included.
    var files = 1

    /// - Throws: `.badRequest` in Docker's words.
    init(_ config: LogConfig) throws(OxbowError) {
        for option in (config.config ?? [:]).keys.sorted() where !["max-size", "max-file"].contains(option) {
            throw OxbowError(.badRequest, "unknown log opt '\(option)' for json-file log driver")
        }
        if let size = config.config?["max-size"], size != "-1" {
            guard let bytes = ByteSize(parsing: size), bytes.count > 0 else {
                throw OxbowError(.badRequest, "invalid size: '\(size)'")
            }
            maximumBytes = bytes.count
        }
        if let text = config.config?["max-file"] {
            guard let count = Int(text) else {
                throw OxbowError(.badRequest, "strconv.Atoi: parsing \"\(text)\": invalid syntax")
            }
            guard count >= 1 else { throw OxbowError(.badRequest, "max-file cannot be less than 1") }
            guard count <= Self.mostFiles else {
                throw OxbowError(.badRequest, "max-file cannot be more than \(Self.mostFiles)")
            }
            files = count
        }
    }

    /// What a rotation renames and a reader opens at most.
    static let mostFiles = 1000

    init() {}

    /// Of a container that another front end made, or whose options cannot be read any more: none.
    init(of document: ContainerDocument) { self = (try? LogOptions(document.hostConfig.logConfig)) ?? LogOptions() }
}

/// Where a container's log lies: beside the file that its monitor writes, in the core's folder for it.
struct LogPaths: Sendable, Equatable {
    let folder: String
    let id: String

    /// nil: the container's output is not kept.
    init?(_ record: ContainerRecord) {
        guard record.spec.log.enabled, let slash = record.logPath.lastIndex(of: "/") else { return nil }
        folder = String(record.logPath[..<slash])
        source = record.logPath
        id = record.id
    }

    /// The monitor's file, and the one before it until that is transcribed.
    let source: String
    var fullSource: String { source + ".1" }
    /// Docker's: `LogPath` of an inspection.
    var json: String { "\(folder)/\(id)-json.log" }
    /// The next `json`, while files are rotated.
    var nextJSON: String { json + ".new" }
    var position: String { folder + "/transcript.json" }

    /// The n-th file back; 0 is the current one.
    func json(_ number: Int) -> String { number == 0 ? json : "\(json).\(number)" }
}
