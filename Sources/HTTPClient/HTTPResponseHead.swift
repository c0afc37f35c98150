package struct HTTPResponseHead: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]

    /// Most bytes of one head, redirects and trailers included.
    package static let limit = 64 << 10

    package init(status: Int, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = headers
    }

    /// Case-insensitive; the first of that name.
    package subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

extension HTTPResponseHead {
    /// `HTTP/1.1 200 OK`, without the line end.
    init?(statusLine: Substring) {
        let words = statusLine.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), words[1].utf8.count == 3, let status = Int(words[1]),
            status >= 100
        else { return nil }
        self.init(status: status)
    }

    /// Takes one `Name: value` line, without the line end.
    /// - Returns: false when the line is no header.
    mutating func append(line: Substring) -> Bool {
        guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { return false }
        let name = line[..<colon]
        guard !name.contains(where: { $0 == " " || $0 == "\t" }) else { return false }
        headers.append((String(name), Self.trimmed(line[line.index(after: colon)...])))
        return true
    }

    private static func trimmed(_ value: Substring) -> String {
        var value = value
        while let first = value.first, first == " " || first == "\t" { value.removeFirst() }
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        return String(value)
    }
}
