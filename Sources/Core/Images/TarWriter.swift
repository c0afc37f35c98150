import NIOCore

/// Writes a ustar archive into memory. The same entries give the same bytes: no time, owner or name of this machine is in it.
struct TarWriter {
    enum Kind: UInt8 {
        case file = 48
        case hardLink = 49
        case symlink = 50
        case folder = 53
    }

    private var bytes = ByteBuffer()

    /// - Parameters:
    ///   - name: at most 100 bytes, without a leading slash.
    ///   - link: what a link leads to; at most 100 bytes.
    mutating func add(_ name: String, _ kind: Kind, mode: Int, content: ByteBuffer = ByteBuffer(), link: String = "") {
        precondition(name.utf8.count <= 100 && link.utf8.count <= 100, "tar: names here are ours and short")
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: width - 1 - digits.count) + digits
        }
        put(name, at: 0)
        put(octal(mode, width: 8), at: 100)
        put(octal(0, width: 8), at: 108)
        put(octal(0, width: 8), at: 116)
        put(octal(content.readableBytes, width: 12), at: 124)
        put(octal(0, width: 12), at: 136)
        header[156] = kind.rawValue
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put(String(repeating: " ", count: 8), at: 148)
        put(octal(header.reduce(0) { $0 + Int($1) }, width: 7) + "\0 ", at: 148)
        bytes.writeBytes(header)
        bytes.writeImmutableBuffer(content)
        bytes.writeRepeatingByte(0, count: (512 - content.readableBytes % 512) % 512)
    }

    mutating func add(_ name: String, _ text: String, mode: Int = 0o644) {
        add(name, .file, mode: mode, content: ByteBuffer(string: text))
    }

    /// The archive with its end mark.
    consuming func finish() -> ByteBuffer {
        bytes.writeRepeatingByte(0, count: 1024)
        return bytes
    }
}
