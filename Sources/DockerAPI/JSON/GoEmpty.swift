/// Go's `struct{}`: the value of a map that is a set (`"80/tcp": {}`).
package struct GoEmpty: Codable, Sendable, Equatable {
    package init() {}
    package init(from decoder: any Decoder) throws {}
    package func encode(to encoder: any Encoder) throws { _ = encoder.container(keyedBy: GoKey.self) }
}

extension Dictionary where Key == String, Value == GoEmpty {
    /// `["80/tcp"]` → `{"80/tcp":{}}`
    package init(setOf names: some Sequence<String>) {
        self.init(names.map { ($0, GoEmpty()) }) { first, _ in first }
    }
}
