import CRI
import Linux

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
        for (method, row) in document["calls"]?.members ?? [] {
            guard let calls = row["calls"]?.integer, calls > 0 else { continue }
            rows[method] = Row(
                calls: Double(row["rest_calls"]?.integer ?? 0) / Double(calls),
                bytes: Double(row["rest_bytes"]?.integer ?? 0) / Double(calls))
        }
    }
}

/// What a daemon wrote about the time that one container start takes.
struct StartBreakdown: Sendable {
    let starts: Int
    /// Mean milliseconds, in the daemon's order.
    let steps: [(step: String, milliseconds: Double)]

    init(_ document: JSONValue) {
        starts = Int(document["starts"]?.integer ?? 0)
        steps = (document["steps_ms"]?.members ?? []).compactMap { step, value in
            Double(value.plain).map { (step, $0) }
        }
    }
}

/// Reads a document that a daemon wrote at its end. Blocks: use `blocking`.
func document(at path: String?) throws -> JSONValue? {
    guard let path, Files.exists(path) else { return nil }
    return try JSONValue(parsing: try Files.read(path)[...])
}
