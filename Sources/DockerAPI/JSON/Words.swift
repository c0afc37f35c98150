/// An argument vector that a client may also write as one string (`"Cmd": "ls"`).
package struct Words: Sendable, Equatable, Codable, ExpressibleByArrayLiteral {
    package var list: [String]

    package init(_ list: [String]) { self.list = list }
    package init(arrayLiteral words: String...) { list = words }

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let word = try? value.decode(String.self) {
            list = [word]
        } else {
            list = try value.decode([String].self)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(list)
    }
}

extension Words: GoCollectionEmptiness { package var isGoEmpty: Bool { list.isEmpty } }
