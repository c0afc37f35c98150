package import Faults
package import NIOCore

/// A message of the CRI, as a value. Every field has proto3's default until it is set.
package protocol CRIMessage: Sendable, Equatable {
    /// As in the schema, without the package: `RunPodSandboxRequest`.
    static var name: String { get }
    init()
    /// Fields that this schema does not know are dropped; text that is not UTF-8 is repaired with U+FFFD.
    /// - Throws: `.badRequest` for bytes that are not such a message, `.tooLarge` past `CRICodec.arenaBytes`.
    init(decoding bytes: ByteBuffer) throws(OxbowError)
    /// The same value always gives the same bytes: maps are written in the order of their keys.
    func encoded() -> ByteBuffer
}
