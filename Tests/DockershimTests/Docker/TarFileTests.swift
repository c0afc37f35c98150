import NIOCore
import Testing

@testable import Dockershim

@Suite("A file out of a daemon's archive")
struct TarFileTests {
    private func entry(_ kind: Character, _ content: String = "", link: String = "") -> [UInt8] {
        var head = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            head.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put("passwd", at: 0)
        let size = String(content.utf8.count, radix: 8)
        put(String(repeating: "0", count: 11 - size.count) + size, at: 124)
        put(String(kind), at: 156)
        put(link, at: 157)
        let body = Array(content.utf8)
        return head + body + [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
    }

    @Test("a file is read, behind headers that only extend it")
    func file() {
        #expect(TarFile(ByteBuffer(bytes: entry("0", "root:x:0"))) == .file(Array("root:x:0".utf8)))
        let extended = entry("x", "30 mtime=1700000000.123456789\n") + entry("0", "abc")
        #expect(TarFile(ByteBuffer(bytes: extended)) == .file(Array("abc".utf8)))
    }

    @Test("a link tells where it leads")
    func link() {
        #expect(TarFile(ByteBuffer(bytes: entry("2", link: "../run/passwd"))) == .link("../run/passwd"))
    }

    @Test("an archive cut short at any byte holds no file, and neither does one of a folder or device")
    func others() {
        let whole = entry("0", "abcdef")
        for count in 0..<518 { #expect(TarFile(ByteBuffer(bytes: whole.prefix(count))) == nil) }
        for kind in ["5", "3", "6", "\u{1}"] as [Character] {
            #expect(TarFile(ByteBuffer(bytes: entry(kind))) == nil)
        }
        #expect(TarFile(ByteBuffer(bytes: [UInt8](repeating: 0xFF, count: 1024))) == nil)
    }
}
