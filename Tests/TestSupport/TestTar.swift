/// Tars made in memory, with anything in them that a real one may hold.
package struct TestTar {
    package private(set) var bytes: [UInt8] = []

    package mutating func add(
        _ name: String, type: Character = "0", content: [UInt8] = [], link: String = "", mode: Int = 0o644,
        uid: Int = 0, gid: Int = 0, time: Int = 1_000_000, major: Int = 0, minor: Int = 0, pax: [(String, [UInt8])] = []
    ) {
        if !pax.isEmpty {
            var records: [UInt8] = []
            for (key, value) in pax {
                // "LENGTH key=value\n", where the length counts itself.
                let rest = Array(" \(key)=".utf8) + value + [10]
                var length = rest.count + 1
                while String(length).utf8.count + rest.count != length {
                    length = String(length).utf8.count + rest.count
                }
                records += Array(String(length).utf8) + rest
            }
            header("pax", "x", records.count, "", 0o644, 0, 0, 0, 0, 0)
            data(records)
        }
        header(name, type, content.count, link, mode, uid, gid, time, major, minor)
        data(content)
    }

    package mutating func add(_ name: String, _ text: String) { add(name, content: Array(text.utf8)) }
    package mutating func folder(_ name: String, mode: Int = 0o755) { add(name, type: "5", mode: mode) }

    package init() {}

    package var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    private mutating func data(_ content: [UInt8]) {
        bytes += content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    private mutating func header(
        _ name: String, _ type: Character, _ size: Int, _ link: String, _ mode: Int, _ uid: Int, _ gid: Int,
        _ time: Int, _ major: Int, _ minor: Int
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int) {
            block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, _ width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: width - 1 - digits.count) + digits
        }
        put(String(name.prefix(100)), 0)
        put(octal(mode, 8), 100)
        put(octal(uid, 8), 108)
        put(octal(gid, 8), 116)
        put(octal(size, 12), 124)
        put(octal(time, 12), 136)
        put("        ", 148)
        put(String(type), 156)
        put(link, 157)
        put("ustar", 257)
        put("00", 263)
        put(octal(major, 8), 329)
        put(octal(minor, 8), 337)
        put(octal(block.reduce(0) { $0 + Int($1) }, 7) + "\0 ", 148)
        bytes += block
    }
}
