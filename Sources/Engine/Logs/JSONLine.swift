import DockerAPI

/// Writes one line of Docker's json-file, escaped as dockerd does: what a browser could misread (`<`, `>`, `&`) and control
/// characters by number, bytes that are no UTF-8 as U+FFFD.
enum JSONLine {
    private static let digits = Array("0123456789abcdef".utf8)

    /// - Parameter endsLine: whether the text's own line end belongs to it.
    static func append(
        _ text: ArraySlice<UInt8>, endsLine: Bool, from stream: StreamFrame.Stream, at time: String,
        to output: inout [UInt8]
    ) {
        output += #"{"log":""#.utf8
        escape(text, into: &output)
        if endsLine { output += #"\n"#.utf8 }
        output += (stream == .stderr ? #"","stream":"stderr","time":""# : #"","stream":"stdout","time":""#).utf8
        output += time.utf8
        output += "\"}\n".utf8
    }

    private static func escape(_ text: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var (start, index) = (text.startIndex, text.startIndex)
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): false
            default: (0x20..<0x80).contains(byte)
            }
        }
        while index < text.endIndex {
            let byte = text[index]
            if isPlain(byte) {
                index += 1
                continue
            }
            let length = byte < 0x80 ? 0 : UTF8Sequence.length(text[index...])
            // U+2028 and U+2029 end lines in JavaScript.
            let isSeparator = length == 3 && byte == 0xE2 && text[index + 1] == 0x80 && text[index + 2] & 0xFE == 0xA8
            if length > 0, !isSeparator {
                index += length
                continue
            }
            output += text[start..<index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): output += #"\n"#.utf8
            case UInt8(ascii: "\r"): output += #"\r"#.utf8
            case 0..<0x80: output += #"\u00"#.utf8 + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default:
                output += (isSeparator ? #"\u202"# : #"\ufffd"#).utf8
                if isSeparator { output.append(digits[Int(text[index + 2] & 15)]) }
            }
            index += max(1, length)
            start = index
        }
        output += text[start..<text.endIndex]
    }
}

/// Where the characters of UTF-8 end, by RFC 3629.
enum UTF8Sequence {
    /// - Returns: the length of the character that `bytes` begin with; 0 when they begin with none that is whole and valid.
    static func length(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first else { return 0 }
        let length: Int
        // The second byte's range keeps out overlong forms, surrogates and what lies past U+10FFFF.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { second = 0xA0...0xBF } else if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { second = 0x90...0xBF } else if first == 0xF4 { second = 0x80...0x8F }
        default: return 0
        }
        let start = bytes.startIndex
        guard bytes.count >= length, second.contains(bytes[start + 1]),
            bytes[(start + 2)..<(start + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { return 0 }
        return length
    }

    /// The largest index up to `limit` at which a character may be cut off, at most three bytes before it.
    static func boundary(_ bytes: ArraySlice<UInt8>, upTo limit: Int) -> Int {
        for index in stride(from: limit - 1, through: max(bytes.startIndex, limit - 3), by: -1)
        where bytes[index] & 0xC0 == 0xC0 {
            let needed = bytes[index] >= 0xF0 ? 4 : bytes[index] >= 0xE0 ? 3 : 2
            return index + needed > limit && index > bytes.startIndex ? index : limit
        }
        return limit
    }
}
