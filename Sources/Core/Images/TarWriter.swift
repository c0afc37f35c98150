/// Writes a small ustar archive in memory: the same entries give the same bytes.
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format". Names up to 100 bytes, owner root, one fixed time.
struct TarWriter {
    private static let block = 512
    private static let modified = 1

    private var bytes: [UInt8] = []

    mutating func folder(_ name: String, mode: UInt32) { header(name + "/", type: "5", mode: mode) }
    mutating func symlink(_ name: String, to target: String) {
        header(name, type: "2", mode: 0o777, link: target)
    }
    mutating func file(_ name: String, _ content: [UInt8], mode: UInt32) {
        header(name, type: "0", mode: mode, size: content.count)
        bytes += content
        pad()
    }

    /// With the two empty blocks that end a tar.
    func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.block) }

    private mutating func pad() {
        let over = bytes.count % Self.block
        if over > 0 { bytes += [UInt8](repeating: 0, count: Self.block - over) }
    }

    private mutating func header(_ name: String, type: Character, mode: UInt32, size: Int = 0, link: String = "") {
        var header = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        // The callers' names are this module's own, all short.
        precondition(name.utf8.count <= 100 && link.utf8.count <= 100, "a name too long for ustar")
        put(name, at: 0)
        put(octal(Int(mode), width: 7), at: 100)
        put(octal(0, width: 7), at: 108)
        put(octal(0, width: 7), at: 116)
        put(octal(size, width: 11), at: 124)
        put(octal(Self.modified, width: 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, width: 6), at: 148)
        header[154] = 0
        header[155] = UInt8(ascii: " ")
        bytes += header
    }
}
