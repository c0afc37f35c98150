import Faults

/// A `name` filter: a regular expression found anywhere in the name, which is tried with and without its slash.
struct NamePattern {
    private let text: String
    // Compiled anew for each match: `Regex` is not `Sendable`, and a list is filtered within one call.
    private func compiled() throws -> Regex<AnyRegexOutput> { try Regex(text) }

    /// - Throws: `.badRequest` for text that is no expression.
    init(_ text: String) throws(OxbowError) {
        self.text = text
        guard text.utf8.count <= Self.limit else {
            throw OxbowError(.badRequest, "invalid filter 'name': longer than \(Self.limit) bytes")
        }
        do { _ = try compiled() } catch {
            throw OxbowError(.badRequest, "invalid filter 'name=\(text)'", origin: error)
        }
    }

    /// Bytes; a container's name is short, and a long expression costs time without bound.
    static let limit = 128

    func matches(_ name: String) -> Bool {
        if name == text || "/" + name == text { return true }
        // It compiled when it was read.
        guard let expression = try? compiled() else { return false }
        return name.firstMatch(of: expression) != nil || ("/" + name).firstMatch(of: expression) != nil
    }
}
