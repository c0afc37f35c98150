import NIOCore

/// The first entry of a tar archive: a file with its content, or a link.
///
/// Source: POSIX.1-2001, "pax interchange format" and "ustar". Extended headers, which daemons put before an entry for its
/// times and attributes, are passed over.
enum TarFile: Equatable {
    case file([UInt8])
    case link(String)

    /// - Returns: nil when there is neither, or when the archive is cut short.
    init?(_ archive: ByteBuffer) {
        var rest = archive.readableBytesView
        while rest.count >= 512 {
            let head = Array(rest.prefix(512))
            rest = rest.dropFirst(512)
            guard let size = Self.octal(head[124..<136]) else { return nil }
            switch head[156] {
            case UInt8(ascii: "x"), UInt8(ascii: "g"):
                let blocks = (size + 511) / 512 * 512
                guard rest.count >= blocks else { return nil }
                rest = rest.dropFirst(blocks)
            case UInt8(ascii: "2"):
                self = .link(String(decoding: head[157..<257].prefix { $0 != 0 }, as: UTF8.self))
                return
            case UInt8(ascii: "0"), 0:
                guard rest.count >= size else { return nil }
                self = .file(Array(rest.prefix(size)))
                return
            default: return nil
            }
        }
        return nil
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: digits, as: UTF8.self).filter { $0.isNumber }
        return text.isEmpty ? nil : Int(text, radix: 8)
    }
}
