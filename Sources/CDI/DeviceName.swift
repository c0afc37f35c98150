/// A device as a pod asks for it: `vendor.com/class=device`.
///
/// Source: Container Device Interface 1.0.0, "CDI JSON Specification", on `kind` and `devices[].name`.
struct DeviceName: Hashable, Sendable {
    /// `vendor.com/class`.
    var kind: String
    var device: String

    /// - Returns: nil when the text is no such name.
    init?(_ text: String) {
        guard let mark = text.firstIndex(of: "=") else { return nil }
        kind = String(text[..<mark])
        device = String(text[text.index(after: mark)...])
        guard Self.isKind(kind), Self.isWord(device, inner: "_-.:") else { return nil }
    }

    init(kind: String, device: String) {
        self.kind = kind
        self.device = device
    }

    static func isKind(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { isWord(String($0), inner: "_-.") }
    }

    /// Letters and digits, and in between some others.
    static func isWord(_ text: String, inner: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || inner.utf8.contains($0) }
    }
}
