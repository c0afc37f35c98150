/// What is wrong with a JSON text, and where.
package struct JSONFailure: Error, Equatable, CustomStringConvertible {
    package enum Problem: String, Sendable {
        case tooLong = "longer than the limit"
        case tooDeep = "nested deeper than the limit"
        case endsEarly = "ends early"
        case unexpected = "unexpected character"
        case number = "not a number"
        case escape = "not an escape sequence"
        case surrogate = "half of a surrogate pair"
        case utf8 = "not UTF-8"
        case more = "more than one value"
    }
    package let problem: Problem
    /// In bytes from the beginning.
    package let offset: Int
    package var description: String { "JSON: \(problem.rawValue) at byte \(offset)" }
}

package struct JSONLimits: Sendable {
    /// Arrays and objects inside one another.
    package var depth = 100
    /// Bytes of the text.
    package var bytes = 64 << 20
    package init() {}
}

extension JSONValue {
    package init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONFailure) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// Reads exactly one value, as RFC 8259 has it, with space around it.
    package init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONFailure) {
        guard bytes.count <= limits.bytes else { throw JSONFailure(problem: .tooLong, offset: limits.bytes) }
        var parser = JSONParser(bytes: bytes, depthLeft: limits.depth)
        self = try parser.value()
        parser.skipSpace()
        if parser.at < bytes.count { throw parser.failure(.more) }
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var depthLeft: Int
    var at = 0

    func failure(_ problem: JSONFailure.Problem) -> JSONFailure {
        JSONFailure(problem: at < bytes.count ? problem : .endsEarly, offset: at)
    }

    /// 0 past the end, which no JSON token contains.
    var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
    }

    mutating func value() throws(JSONFailure) -> JSONValue {
        skipSpace()
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw failure(.unexpected)
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONFailure) -> JSONValue {
        for expected in text.description.utf8 {
            guard byte == expected else { throw failure(.unexpected) }
            at += 1
        }
        return value
    }

    private mutating func enter() throws(JSONFailure) {
        guard depthLeft > 0 else { throw failure(.tooDeep) }
        depthLeft -= 1
        at += 1
        skipSpace()
    }

    /// True at a comma, false at the closing mark, both of which it consumes.
    private mutating func hasMore(_ end: UInt8) throws(JSONFailure) -> Bool {
        skipSpace()
        guard byte == UInt8(ascii: ",") || byte == end else { throw failure(.unexpected) }
        defer { at += 1 }
        return byte != end
    }

    private mutating func array() throws(JSONFailure) -> JSONValue {
        try enter()
        defer { depthLeft += 1 }
        let end = UInt8(ascii: "]")
        if byte == end {
            at += 1
            return .array([])
        }
        var elements: [JSONValue] = []
        repeat { elements.append(try value()) } while try hasMore(end)
        return .array(elements)
    }

    private mutating func object() throws(JSONFailure) -> JSONValue {
        try enter()
        defer { depthLeft += 1 }
        let end = UInt8(ascii: "}")
        if byte == end {
            at += 1
            return .object([])
        }
        var members: [JSONValue.Member] = []
        repeat {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else { throw failure(.unexpected) }
            let name = try string()
            skipSpace()
            guard byte == UInt8(ascii: ":") else { throw failure(.unexpected) }
            at += 1
            members.append(JSONValue.Member(name, try value()))
        } while try hasMore(end)
        return .object(members)
    }

    private mutating func number() throws(JSONFailure) -> String {
        let start = at
        if byte == UInt8(ascii: "-") { at += 1 }
        if byte == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if byte == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            at += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func digits() throws(JSONFailure) {
        let start = at
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        if at == start { throw failure(.number) }
    }

    private mutating func string() throws(JSONFailure) -> String {
        at += 1
        var text = ""
        var start = at
        while true {
            switch byte {
            case UInt8(ascii: "\""):
                try take(from: start, into: &text)
                at += 1
                return text
            case UInt8(ascii: "\\"):
                try take(from: start, into: &text)
                text.unicodeScalars.append(try escape())
                start = at
            case 0..<0x20:
                throw failure(.unexpected)
            default:
                at += 1
            }
        }
    }

    private func take(from start: Int, into text: inout String) throws(JSONFailure) {
        guard start < at else { return }
        guard let part = String(validating: bytes[start..<at], as: UTF8.self) else {
            throw JSONFailure(problem: .utf8, offset: start)
        }
        text += part
    }

    private mutating func escape() throws(JSONFailure) -> Unicode.Scalar {
        at += 1
        let letter = byte
        let plain: Unicode.Scalar
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = Unicode.Scalar(letter)
        case UInt8(ascii: "b"): plain = "\u{8}"
        case UInt8(ascii: "f"): plain = "\u{C}"
        case UInt8(ascii: "n"): plain = "\n"
        case UInt8(ascii: "r"): plain = "\r"
        case UInt8(ascii: "t"): plain = "\t"
        case UInt8(ascii: "u"): return try unicode()
        default: throw failure(.escape)
        }
        at += 1
        return plain
    }

    /// At the `u` of `\uXXXX`; reads a second one after a high surrogate.
    private mutating func unicode() throws(JSONFailure) -> Unicode.Scalar {
        let start = at - 1
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, byte == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u")
        else {
            throw JSONFailure(problem: .surrogate, offset: start)
        }
        at += 1
        let second = try fourDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONFailure(problem: .surrogate, offset: start) }
        return scalar
    }

    private mutating func fourDigits() throws(JSONFailure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            at += 1
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw failure(.escape) }
            value = value << 4 | UInt32(digit)
        }
        at += 1
        return value
    }
}
