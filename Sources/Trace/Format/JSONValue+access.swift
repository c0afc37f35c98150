import CRI

extension JSONValue {
    /// The text under `path` of nested objects; nil when there is none.
    func text(at path: String...) -> String? { value(at: path)?.text }

    func value(at path: String...) -> JSONValue? { value(at: path) }

    private func value(at path: [String]) -> JSONValue? {
        var value: JSONValue? = self
        for key in path { value = value?[key] }
        return value
    }

    /// The strings of the array under `key`; none when it is left out.
    func texts(at key: String) -> [String] { (self[key]?.elements ?? []).compactMap(\.text) }

    /// The same value with every string, but not the keys, passed through `change`.
    func mapTexts(_ change: (String) -> String) -> JSONValue {
        if let text { return .string(change(text)) }
        if let elements { return .array(elements.map { $0.mapTexts(change) }) }
        if let members { return .object(pairs: members.map { ($0.key, $0.value.mapTexts(change)) }) }
        return self
    }

    /// The same object with the value at `path` changed, where it exists.
    func changing(_ path: ArraySlice<String>, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let key = path.first else { return change(self) }
        guard let members else { return self }
        return .object(
            pairs: members.map { member in
                (member.key, member.key == key ? member.value.changing(path.dropFirst(), change) : member.value)
            })
    }
}
