import CCRI
import CProtobufC
import Faults
import NIOCore

/// Messages, read once at the border: decoded into an arena, copied to a Swift value, the arena dies.
package enum CRICodec {
    /// The most memory, in bytes, that protobuf-c may take to decode one message. A message of 16 MiB made of honest
    /// fields needs about three times its size; one made of empty submessages would need a hundred times.
    package static let arenaBytes = 64 << 20

    static func read<M: Coded>(
        _ type: M.Type, from bytes: ByteBuffer, limit: Int = arenaBytes
    ) throws(OxbowError) -> M {
        try unpack(M.descriptor, named: M.name, from: bytes, limit: limit) {
            M($0.assumingMemoryBound(to: M.C.self).pointee)
        }
    }

    /// Calls `view` with the decoded struct, which is gone when it returns.
    static func unpack<R>(
        _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, named name: String, from bytes: ByteBuffer,
        limit: Int, view: (UnsafeRawPointer) -> R
    ) throws(OxbowError) -> R {
        var arena = Arena(limit: limit, hint: bytes.readableBytes)
        let message = arena.withAllocator { allocator in
            bytes.withUnsafeReadableBytes { wire in
                protobuf_c_message_unpack(
                    descriptor, allocator, wire.count, wire.bindMemory(to: UInt8.self).baseAddress)
            }
        }
        guard let message else {
            throw arena.isExhausted
                ? OxbowError(.tooLarge, "message: takes more than \(limit) bytes to decode (\(name))")
                : OxbowError(.badRequest, "message: not a valid \(name)")
        }
        return view(UnsafeRawPointer(message))
    }

    /// The wire form of a struct and of all it points to.
    static func packed(_ c: UnsafeRawPointer) -> ByteBuffer {
        let message = c.assumingMemoryBound(to: ProtobufCMessage.self)
        let size = protobuf_c_message_get_packed_size(message)
        guard size > 0 else { return ByteBuffer() }
        var bytes = ByteBufferAllocator().buffer(capacity: size)
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { room in
            protobuf_c_message_pack(message, room.bindMemory(to: UInt8.self).baseAddress)
        }
        return bytes
    }
}
