import NIOCore

@testable import CRI

/// Bytes of a wire message, from a hex string in which spaces do not count.
func wire(_ hex: String) -> ByteBuffer {
    let digits = hex.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return ByteBuffer(bytes: stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
}

func hex(_ bytes: ByteBuffer) -> String {
    bytes.readableBytesView.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// A length-delimited field.
func field(_ number: UInt8, _ content: some Sequence<UInt8>) -> [UInt8] {
    let content = Array(content)
    precondition(content.count < 128 && number < 16)
    return [number << 3 | 2, UInt8(content.count)] + content
}
