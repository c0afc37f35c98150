/// `label` filters: `key` or `key=value`, all of which must hold.
struct LabelFilter {
    private let wanted: [(key: Substring, value: Substring?)]

    init(_ values: [String]) {
        wanted = values.map { text in
            guard let equals = text.firstIndex(of: "=") else { return (text[...], nil) }
            return (text[..<equals], text[text.index(after: equals)...])
        }
    }

    func admits(_ labels: [String: String]) -> Bool {
        wanted.allSatisfy { key, value in
            guard let own = labels[String(key)] else { return false }
            return value == nil || own[...] == value
        }
    }
}
