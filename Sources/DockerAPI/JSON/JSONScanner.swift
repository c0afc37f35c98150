import NIOCore

/// Reads JSON in one pass, by asking for what is expected: for the few answers that are read so often that a decoder's
/// detour over keyed containers is most of the work.
///
/// It gives up (`Surprise`) on whatever it was not asked for; the caller then has the decoder find out what is wrong.
struct JSONScanner {
    struct Surprise: Error {}

    private let bytes: [UInt8]
    private var place = 0

    init(_ text: ByteBuffer) { bytes = Array(text.readableBytesView) }

    /// Past the last value.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return place == bytes.count
        }
    }

    /// Calls `element` in front of each element.
    mutating func array(_ element: (inout JSONScanner) throws(Surprise) -> Void) throws(Surprise) {
        try take(UInt8(ascii: "["))
        if next() == UInt8(ascii: "]") { return place += 1 }
        while true {
            try element(&self)
            if try closes(UInt8(ascii: "]")) { return }
        }
    }

    /// Calls `member` with each key, in front of its value.
    mutating func object(_ member: (inout JSONScanner, String) throws(Surprise) -> Void) throws(Surprise) {
        try take(UInt8(ascii: "{"))
        if next() == UInt8(ascii: "}") { return place += 1 }
        while true {
            let key = try string()
            try take(UInt8(ascii: ":"))
            try member(&self, key)
            if try closes(UInt8(ascii: "}")) { return }
        }
    }

    /// - Returns: true, and goes on, when `null` comes next.
    mutating func null() throws(Surprise) -> Bool {
        guard next() == UInt8(ascii: "n") else { return false }
        try word("null")
        return true
    }

    mutating func string() throws(Surprise) -> String {
        try take(UInt8(ascii: "\""))
        let start = place
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                defer { place += 1 }
                return String(decoding: bytes[start..<place], as: UTF8.self)
            case UInt8(ascii: "\\"): return try escaped(from: start)
            case 0..<0x20: throw Surprise()
            default: place += 1
            }
        }
        throw Surprise()
    }

    /// An integer without fraction or exponent.
    mutating func integer() throws(Surprise) -> Int64 {
        _ = next()
        let start = place
        while place < bytes.count, bytes[place] == UInt8(ascii: "-") || (0x30...0x39).contains(bytes[place]) {
            place += 1
        }
        guard place < bytes.count, ![UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place]),
            let number = Int64(String(decoding: bytes[start..<place], as: UTF8.self))
        else { throw Surprise() }
        return number
    }

    /// Passes over a value of any kind; what is inside it is not checked beyond its brackets and strings.
    mutating func skip() throws(Surprise) {
        var depth = 0
        repeat {
            switch next() {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                place += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                place += 1
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: ","), UInt8(ascii: ":"): place += 1
            case nil: throw Surprise()
            default: skipWord()
            }
        } while depth > 0
        guard depth == 0 else { throw Surprise() }
    }

    // MARK: Inside

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
    }

    private mutating func next() -> UInt8? {
        if place < bytes.count, bytes[place] > 0x20 { return bytes[place] }
        skipSpace()
        return place < bytes.count ? bytes[place] : nil
    }

    private mutating func take(_ wanted: UInt8) throws(Surprise) {
        guard next() == wanted else { throw Surprise() }
        place += 1
    }

    private mutating func closes(_ end: UInt8) throws(Surprise) -> Bool {
        let found = next()
        guard found == end || found == UInt8(ascii: ",") else { throw Surprise() }
        place += 1
        return found == end
    }

    private mutating func word(_ word: StaticString) throws(Surprise) {
        let wanted = Array("\(word)".utf8)
        guard bytes[place...].starts(with: wanted) else { throw Surprise() }
        place += wanted.count
    }

    private mutating func skipString() throws(Surprise) {
        place += 1
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): return place += 1
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        throw Surprise()
    }

    private mutating func skipWord() {
        let ends: [UInt8] = Array(",]}: \n\r\t".utf8)
        while place < bytes.count, !ends.contains(bytes[place]) { place += 1 }
    }

    /// Escapes are rare; the decoder knows them all.
    private mutating func escaped(from start: Int) throws(Surprise) -> String {
        place = start - 1
        try skipString()
        guard let text = try? DockerJSON.decode(String.self, from: ByteBuffer(bytes: bytes[(start - 1)..<place])) else {
            throw Surprise()
        }
        return text
    }
}
