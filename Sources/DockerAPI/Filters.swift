/// The `filters` query: for each name its values. Written as `{"label":{"a=b":true}}`; `{"label":["a=b"]}` is read too.
package struct Filters: Sendable, Equatable {
    /// Values in alphabetical order, without repetition.
    package private(set) var values: [String: [String]] = [:]

    package init() {}

    package init(_ values: [String: [String]]) {
        self.values = values.mapValues { Array(Set($0)).sorted() }
    }

    /// - Throws: `JSONFailure` for text that has neither form; "" is no filter at all.
    package init(parsing text: String) throws(JSONFailure) {
        guard !text.isEmpty else {
            self.init()
            return
        }
        let decoded = try DockerJSON.decode([String: Values].self, from: text)
        self.init(decoded.mapValues(\.list))
    }

    package var isEmpty: Bool { values.isEmpty }

    package subscript(name: String) -> [String] { values[name] ?? [] }

    package mutating func add(_ name: String, _ value: String) {
        values[name] = Array(Set(self[name] + [value])).sorted()
    }

    /// The map form, which every version of the API reads.
    package var text: String {
        get throws(JSONFailure) {
            try DockerJSON.text(values.mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0, true) }) })
        }
    }

    /// Go looks at the keys of the map form only: `{"a=b":false}` is the same as `true`.
    private struct Values: Decodable {
        let list: [String]
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let list = try? value.decode([String].self) {
                self.list = list
            } else {
                list = try value.decode([String: Bool].self).keys.sorted()
            }
        }
    }
}
