package import CRI

extension JSONValue {
    /// The text under `path` of nested objects; nil when there is none.
    package func string(at path: String...) -> String? { value(at: path)?.string }

    package func value(at path: String...) -> JSONValue? { value(at: path) }

    private func value(at path: [String]) -> JSONValue? {
        var value: JSONValue? = self
        for key in path { value = value?[key] }
        return value
    }

    /// The strings of the array under `key`; none when it is left out.
    func strings(at key: String) -> [String] { (self[key]?.array ?? []).compactMap(\.string) }

    /// Every string value at any depth, in the order of the document.
    var allStrings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.allStrings)
        case .object(let members): members.flatMap(\.value.allStrings)
        case .null, .bool, .number: []
        }
    }

    /// A string as it is, anything else as it is written.
    package var plain: String { string ?? text }

    /// The same object with the value at `path` changed, where it exists.
    func changing(_ path: ArraySlice<String>, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let key = path.first else { return change(self) }
        guard var members else { return self }
        for index in members.indices where members[index].name == key {
            members[index].value = members[index].value.changing(path.dropFirst(), change)
        }
        return .object(members)
    }

    package static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    /// Rounded to a thousandth, which is finer than anything that is measured here.
    package static func decimal(_ value: Double) -> JSONValue {
        guard value.isFinite, abs(value) < 1e15 else { return .null }
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? .number(String(Int64(rounded))) : .number("\(rounded)")
    }

    /// An object from pairs, in their order.
    package static func object(pairs: [(String, JSONValue)]) -> JSONValue {
        .object(pairs.map { Member($0.0, $0.1) })
    }
}
