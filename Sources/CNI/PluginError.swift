/// Why a plugin failed, in its own words.
enum PluginError {
    /// Bytes of standard error that go into a message.
    static let limit = 500

    /// - Parameter answer: the error document on standard output (`code`, `msg`, `details`), if it is one.
    static func words(answer: JSONValue?, errors: [UInt8]) -> String {
        if let message = answer?["msg"]?.string, !message.isEmpty {
            guard let details = answer?["details"]?.string, !details.isEmpty else { return message }
            return "\(message): \(details)"
        }
        let said = String(decoding: errors.prefix(limit), as: UTF8.self).split(whereSeparator: \.isNewline)
        return said.isEmpty ? "no error message" : said.joined(separator: "; ")
    }
}
