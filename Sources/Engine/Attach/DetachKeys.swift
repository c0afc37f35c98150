import Faults
import NIOCore

/// Watches a terminal's input for the keys with which a user leaves it: `ctrl-p,ctrl-q` unless the client says otherwise.
struct DetachKeys: Equatable {
    private let keys: [UInt8]
    /// Keys seen that may be the beginning of the sequence; held back until it is clear.
    private var seen = 0

    static let standard: [UInt8] = [0x10, 0x11]

    /// - Parameter text: comma-separated; each a character or `ctrl-` and one of `a-z @ [ \ ] ^ _`; "": the standard.
    init(_ text: String) throws(OxbowError) {
        guard !text.isEmpty else {
            keys = Self.standard
            return
        }
        keys = try text.split(separator: ",", omittingEmptySubsequences: false).map { key throws(OxbowError) -> UInt8 in
            guard let code = Self.code(key) else {
                throw OxbowError(.badRequest, "Invalid detach keys (\(text)) provided")
            }
            return code
        }
    }

    private static func code(_ key: Substring) -> UInt8? {
        if key.utf8.count == 1 { return key.utf8.first }
        guard key.lowercased().hasPrefix("ctrl-"), key.utf8.count == 6, let last = key.lowercased().utf8.last else {
            return nil
        }
        switch last {
        case 0x61...0x7A: return last - 0x60
        case 0x40, 0x5B...0x5F: return last & 0x1F
        default: return nil
        }
    }

    /// - Returns: the input to hand on, and whether the user left; what follows the keys is dropped.
    mutating func receive(_ input: ByteBuffer) -> (passed: ByteBuffer, left: Bool) {
        var passed = ByteBuffer()
        for byte in input.readableBytesView {
            if byte == keys[seen] {
                seen += 1
                if seen == keys.count { return (passed, true) }
                continue
            }
            passed.writeBytes(keys[..<seen])
            seen = byte == keys[0] ? 1 : 0
            // A sequence of one key would have ended above.
            if seen == 0 { passed.writeInteger(byte) }
        }
        return (passed, false)
    }
}
