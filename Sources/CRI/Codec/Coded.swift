import CCRI
import CProtobufC
import Faults
import NIOCore

/// A message that has a protobuf-c struct. `Generated/Codec.swift` makes every message one.
protocol Coded: CRIMessage {
    associatedtype C
    /// Sets the struct to "no field present".
    static func prepare(_ c: UnsafeMutablePointer<C>)
    /// Copies everything: the value outlives the arena that `c` is in.
    init(_ c: borrowing C)
    /// - Parameter c: prepared, in the arena's memory.
    func write(to c: inout C, _ arena: inout Arena)
}

extension Coded {
    package init(decoding bytes: ByteBuffer) throws(OxbowError) {
        self = try CRICodec.read(Self.self, from: bytes)
    }

    package func encoded() -> ByteBuffer {
        var arena = Arena()
        guard let c = arena.one(self) else { return ByteBuffer() }
        return CRICodec.packed(UnsafeRawPointer(c))
    }

    /// The true address of the message's descriptor. `withUnsafePointer(to: X__descriptor)` would give that of a copy,
    /// because Swift imports the C constant as a value.
    static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        withUnsafeTemporaryAllocation(of: C.self, capacity: 1) { room in
            let c = room.baseAddress!  // never nil: one element was asked for
            prepare(c)
            // Every generated struct begins with its `ProtobufCMessage`, whose descriptor `prepare` sets.
            return UnsafeRawPointer(c).assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor
        }
    }
}
