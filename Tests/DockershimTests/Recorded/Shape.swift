import CRI
import Synchronization

@testable import Dockershim

/// A REST request in the form in which two are compared: decoded, unordered where order means nothing.
struct Shape: Hashable, CustomStringConvertible {
    var method: String
    var path: String
    /// Decoded pairs; those that hold JSON (filters) in one spelling.
    var query: Set<String>
    /// The JSON in one spelling; "" without a body.
    var body: String

    init(_ rest: Recording.REST) {
        method = rest.method
        path = rest.path
        query = Set(rest.query.split(separator: "&").map(Self.decodedPair))
        body = rest.request.map { CanonicalJSON.text($0.text) } ?? ""
    }

    init(_ request: DockerRequest) {
        method = request.method
        path = request.path
        query = Set(request.query.map { Self.pair($0.name, $0.value) })
        body = request.body.map { CanonicalJSON.text(String(buffer: $0)) } ?? ""
    }

    var description: String {
        "\(method) \(path)" + (query.isEmpty ? "" : "?" + query.sorted().joined(separator: "&"))
    }

    private static func pair(_ name: String, _ value: String) -> String {
        "\(name)=\(value.hasPrefix("{") ? CanonicalJSON.text(value) : value)"
    }

    private static func decodedPair(_ text: Substring) -> String {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(decoded)
        return pair(parts[0], parts.count > 1 ? parts[1] : "")
    }

    private static func decoded(_ text: Substring) -> String {
        let pieces = text.replacing("+", with: " ").split(separator: "%", omittingEmptySubsequences: false)
        let bytes = pieces.dropFirst().map { [UInt8($0.prefix(2), radix: 16) ?? 0] + Array($0.dropFirst(2).utf8) }
        return String(decoding: Array((pieces.first ?? "").utf8) + bytes.flatMap { $0 }, as: UTF8.self)
    }
}

/// JSON in one spelling: members by name, no white space. Text that is no JSON stays as it is.
enum CanonicalJSON {
    private static let known = Mutex<[String: String]>([:])

    static func text(_ json: String) -> String {
        if let text = known.withLock({ $0[json] }) { return text }
        let text = (try? JSONValue(parsing: json)).map { sorted($0).text } ?? json
        known.withLock { $0[json] = text }
        return text
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(members.map { JSONValue.Member($0.name, sorted($0.value)) }.sorted { $0.name < $1.name })
        case .array(let elements): .array(elements.map(sorted))
        default: value
        }
    }
}
