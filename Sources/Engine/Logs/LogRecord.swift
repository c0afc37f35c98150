import DockerAPI
import Linux
import NIOCore

/// One line of Docker's json-file: `{"log":"text\n","stream":"stdout","time":"2026-11-24T04:40:37.5Z"}`.
struct LogRecord: Equatable {
    var time: Timestamp
    var stream: StreamFrame.Stream
    /// With its line end, unless the line was cut or never ended.
    var text: ByteBuffer

    /// Members of other names, as Docker's `attrs`, are passed over.
    /// - Parameter line: without its line end.
    /// - Returns: nil for what is no such line: a file cut by a crash may hold one.
    init?(line: ByteBuffer) {
        var scan = JSONLineScan(Array(line.readableBytesView))
        var (text, stream, time): ([UInt8]?, [UInt8]?, [UInt8]?)
        guard scan.take("{") else { return nil }
        repeat {
            guard let name = scan.string(), scan.take(":") else { return nil }
            switch name {
            case Array("log".utf8): text = scan.string()
            case Array("stream".utf8): stream = scan.string()
            case Array("time".utf8): time = scan.string()
            default: guard scan.skipValue() else { return nil }
            }
        } while scan.take(",")
        guard scan.take("}"), let text, let stream, let time,
            let stamp = Timestamp(rfc3339: String(decoding: time, as: UTF8.self))
        else { return nil }
        switch stream {
        case Array("stdout".utf8): self.stream = .stdout
        case Array("stderr".utf8): self.stream = .stderr
        default: return nil
        }
        self.time = stamp
        self.text = ByteBuffer(bytes: text)
    }
}

/// Reads the JSON of one line, no deeper than Docker writes it.
struct JSONLineScan {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func skipSpace() { while index < bytes.count, bytes[index] <= 0x20 { index += 1 } }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: mark) else { return false }
        index += 1
        return true
    }

    /// A string's bytes, escapes undone. nil when here is none, or one that is broken.
    mutating func string() -> [UInt8]? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while index < bytes.count {
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
                index += 1
            }
            text += bytes[start..<index]
            guard index < bytes.count else { return nil }
            index += 1
            if bytes[index - 1] == UInt8(ascii: "\"") { return text }
            guard escape(into: &text) else { return nil }
        }
        return nil
    }

    private mutating func escape(into text: inout [UInt8]) -> Bool {
        guard index < bytes.count else { return false }
        index += 1
        switch bytes[index - 1] {
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case let byte where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(byte):
            text.append(byte)
        case UInt8(ascii: "u"):
            guard let unit = unit() else { return false }
            text += scalar(unit).utf8
        default: return false
        }
        return true
    }

    /// Four hexadecimal digits.
    private mutating func unit() -> UInt16? {
        guard index + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
        else { return nil }
        index += 4
        return unit
    }

    /// Of a pair of surrogates the second is read as well; half a pair stands for nothing.
    private mutating func scalar(_ unit: UInt16) -> Character {
        if (0xD800..<0xDC00).contains(unit), index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            let before = index
            index += 2
            if let low = self.unit(), (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (UInt32(unit - 0xD800) << 10) + UInt32(low - 0xDC00))
            {
                return Character(scalar)
            }
            index = before
        }
        return Unicode.Scalar(unit).map(Character.init) ?? "\u{FFFD}"
    }

    /// A string, or a flat object of strings.
    mutating func skipValue() -> Bool {
        guard take("{") else { return string() != nil }
        if take("}") { return true }
        repeat { guard string() != nil, take(":"), string() != nil else { return false } } while take(",")
        return take("}")
    }
}
