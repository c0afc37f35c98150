import CRI
import Linux
import Trace

/// What a bridge wrote about its REST traffic: `{"calls":{METHOD:{"calls":n,"rest_calls":n,"rest_bytes":n}}}`.
struct RestTally: Sendable, Equatable {
    struct Row: Sendable, Equatable {
        /// Mean of one CRI call.
        var calls: Double
        /// Heads and bodies, both ways; mean of one CRI call.
        var bytes: Double
    }

    private(set) var rows: [String: Row] = [:]

    init(_ document: JSONValue) {
        for member in document["calls"]?.members ?? [] {
            let row = member.value
            guard let calls = row["calls"]?.int, calls > 0 else { continue }
            rows[member.name] = Row(
                calls: Double(row["rest_calls"]?.int ?? 0) / Double(calls),
                bytes: Double(row["rest_bytes"]?.int ?? 0) / Double(calls))
        }
    }
}

/// Reads a document that a daemon wrote at its end. Blocks: use `blocking`.
func document(at path: String?) throws -> JSONValue? {
    guard let path, Files.exists(path) else { return nil }
    return try JSONValue(parsing: try Files.read(path))
}
