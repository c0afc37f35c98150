import Linux

/// The header of one regular file in a tar archive, in POSIX's ustar form.
struct TarHead {
    private(set) var bytes = [UInt8](repeating: 0, count: 512)

    /// - Returns: nil for a name of more than 100 bytes.
    init?(file name: String, size: Int, facts: FileFacts) {
        guard name.utf8.count <= 100 else { return nil }
        put(name, at: 0)
        put(Self.octal(UInt64(facts.mode & 0o7777), width: 8), at: 100)
        put(Self.octal(UInt64(facts.uid), width: 8), at: 108)
        put(Self.octal(UInt64(facts.gid), width: 8), at: 116)
        put(Self.octal(UInt64(size), width: 12), at: 124)
        put(Self.octal(UInt64(max(0, facts.modified / 1_000_000_000)), width: 12), at: 136)
        bytes[156] = UInt8(ascii: "0")
        put("ustar", at: 257)
        put("00", at: 263)
        put("        ", at: 148)
        put(Self.octal(bytes.reduce(0) { $0 + UInt64($1) }, width: 7) + "\0 ", at: 148)
    }

    private mutating func put(_ text: String, at offset: Int) {
        bytes.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }

    /// Digits that leave one byte for the closing zero; a number that needs more is cut to its lower digits, as old tar
    /// programs do with large ids.
    private static func octal(_ value: UInt64, width: Int) -> String {
        let digits = String(String(value, radix: 8).suffix(width - 1))
        return String(repeating: "0", count: width - 1 - digits.count) + digits
    }
}
