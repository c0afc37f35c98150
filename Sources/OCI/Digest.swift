package import NIOCore

/// `sha256:<64 hex>`; in documents it is that text.
package struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// 64 lower-case digits.
    package let hex: String

    /// - Returns: nil unless the text is `sha256:` and 64 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard text.hasPrefix("sha256:") else { return nil }
        self.init(hex: String(text.dropFirst(7)))
    }

    /// - Returns: nil unless there are 64 lower-case hexadecimal digits.
    package init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(\.isLowerHex) else { return nil }
        self.hex = hex
    }

    init(of sum: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        hex = String(decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    package static func of(_ bytes: ByteBuffer) -> Digest {
        var hasher = DigestHasher()
        hasher.update(bytes)
        return hasher.finish()
    }

    package var description: String { "sha256:" + hex }
    /// The first 12 hex digits, as people see it.
    package var short: String { String(hex.prefix(12)) }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "digest: not sha256 (\(text))"))
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension UInt8 {
    var isLowerHex: Bool { (48...57).contains(self) || (97...102).contains(self) }
}
