import Crypto
package import NIOCore

/// SHA-256 of bytes as they come.
package struct DigestHasher: Sendable {
    private var sum = SHA256()

    package init() {}

    package mutating func update(_ bytes: ByteBuffer) { sum.update(data: Array(bytes.readableBytesView)) }
    package mutating func update(_ bytes: [UInt8]) { sum.update(data: bytes) }
    package func finish() -> Digest { Digest(of: Array(sum.finalize())) }
}
