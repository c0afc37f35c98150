/// A path or name as the kernel sees it: bytes without NUL, in no encoding.
package struct RawPath: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// - Returns: nil when there is a NUL inside.
    package init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        if self.bytes.contains(0) { return nil }
    }

    /// A literal name of ours.
    package init(_ text: StaticString) { bytes = Array(text.description.utf8) }

    package var description: String { String(decoding: bytes, as: UTF8.self) }
    package var isEmpty: Bool { bytes.isEmpty }

    /// As C wants it.
    var terminated: [CChar] { bytes.map(CChar.init(bitPattern:)) + [0] }
}
