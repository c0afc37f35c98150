/// The target of a request line, taken apart.
struct RequestTarget {
    /// Raw, as it was sent; its escapes are well-formed.
    let path: String
    /// Decoded, in order. A broken escape stays as it is, for its value may still be of use.
    let query: [(name: String, value: String)]

    /// - Parameter uri: origin form (`/a?b`), absolute form (`http://docker/a?b`), or `*`.
    init?(_ uri: String) {
        var rest = uri[...]
        for scheme in ["http://", "https://"] where rest.hasPrefix(scheme) {
            let authority = rest.dropFirst(scheme.count)
            rest = authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
        }
        let mark = rest.firstIndex(of: "?") ?? rest.endIndex
        path = String(rest[..<mark])
        guard path == "*" || path.utf8.first == UInt8(ascii: "/"), Percent.decode(rest[..<mark]) != nil else {
            return nil
        }
        query = Self.pairs(rest[mark...].dropFirst())
    }

    /// `a=1&b=%20x+y&c`: names and values decoded, `+` is a space.
    private static func pairs(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            return (formText(pair[..<equals]), formText(pair[equals...].dropFirst()))
        }
    }

    private static func formText(_ text: Substring) -> String {
        Percent.decode(text, plusIsSpace: true) ?? String(text)
    }
}

/// Percent-encoding of URIs (RFC 3986, section 2.1).
enum Percent {
    /// - Returns: nil when a `%` is not followed by two hexadecimal digits. Bytes that are no UTF-8 are replaced.
    static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String? {
        let needsWork = text.utf8.contains { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }
        guard needsWork else { return String(text) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.utf8.count)
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next().flatMap(digit), let low = bytes.next().flatMap(digit) else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            default: decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
