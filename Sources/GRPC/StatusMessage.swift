/// The `grpc-message` trailer: percent-encoded UTF-8.
/// - Source: gRPC over HTTP/2, "Status-Message".
enum StatusMessage {
    /// Encoded bytes: grpcio refuses header lists of more than 8 KiB unless told otherwise.
    static let limit = 4 << 10

    /// Cut at a character when past the limit.
    static func encode(_ text: String) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy(isPlain) { return text }
        var encoded: [UInt8] = []
        for character in text.unicodeScalars {
            let before = encoded.count
            for byte in UTF8.encode(character)! {  // every Unicode scalar has a UTF-8 form
                if isPlain(byte) {
                    encoded.append(byte)
                } else {
                    encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
            if encoded.count > limit {
                encoded.removeLast(encoded.count - before)
                break
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// What is no valid escape stays as it is: a peer's mistake must not hide its message.
    static func decode(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = nibble(bytes[index + 1]), let low = nibble(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte <= 0x7e && byte != UInt8(ascii: "%") }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
