/// Percent-encoding as Go's `net/url` writes it, which is what the daemon saw from dockershim.
enum PercentEncoding {
    /// Keeps what may stand in a path: slashes, and the colons and `@` of image names.
    static func path(_ text: String) -> String {
        encode(text) { unreserved($0) || "$&+,/:;=@".utf8.contains($0) }
    }

    /// A name or value of a query: a space becomes `+`.
    static func query(_ text: String) -> String {
        encode(text, space: UInt8(ascii: "+"), keep: unreserved)
    }

    private static func unreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.~".utf8.contains(byte)
        }
    }

    private static func encode(_ text: String, space: UInt8? = nil, keep: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if keep(byte) {
                bytes.append(byte)
            } else if let space, byte == UInt8(ascii: " ") {
                bytes.append(space)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
