/// What a registry's `WWW-Authenticate` asks for.
enum RegistryChallenge: Equatable {
    case basic
    case bearer(realm: String, service: String?, scope: String?)

    /// - Returns: nil for a scheme that is neither, or a bearer without a realm.
    init?(_ header: String) {
        let scheme = header.prefix { $0 != " " }.lowercased()
        if scheme == "basic" {
            self = .basic
            return
        }
        guard scheme == "bearer" else { return nil }
        let parameters = Self.parameters(header.dropFirst(scheme.count))
        guard let realm = parameters["realm"] else { return nil }
        self = .bearer(realm: realm, service: parameters["service"], scope: parameters["scope"])
    }

    /// `name="value"` pairs; a comma inside quotes belongs to the value.
    private static func parameters(_ text: Substring) -> [String: String] {
        var result: [String: String] = [:]
        var rest = text
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            let name = rest.prefix { $0 != "=" && $0 != "," }
            rest = rest[name.endIndex...].dropFirst()
            guard !name.isEmpty else { return result }
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while let next = rest.popFirst(), next != "\"" {
                    if next == "\\", let quoted = rest.popFirst() { value.append(quoted) } else { value.append(next) }
                }
            } else {
                value = String(rest.prefix { $0 != "," })
                rest = rest.dropFirst(value.count)
            }
            result[name.lowercased()] = value
        }
    }
}
