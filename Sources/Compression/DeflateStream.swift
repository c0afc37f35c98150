import CZlib
package import NIOCore

/// One lasting zlib stream that is written: every piece is compressed against all that went before, and can be read as soon
/// as it is there (Z_SYNC_FLUSH).
package struct DeflateStream: ~Copyable {
    /// At one place for life: zlib keeps its address.
    private let raw: UnsafeMutablePointer<z_stream>

    private init(owning raw: UnsafeMutablePointer<z_stream>) { self.raw = raw }

    deinit {
        deflateEnd(raw)
        raw.deallocate()
    }

    /// - Parameter dictionary: what both ends count as written before the first byte.
    package static func make(dictionary: [UInt8]) throws(ZlibFailure) -> DeflateStream {
        let raw = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        raw.initialize(to: z_stream())
        guard oxbow_deflate_begin(raw) == Z_OK else {
            raw.deallocate()
            throw .outOfMemory
        }
        let stream = DeflateStream(owning: raw)
        guard deflateSetDictionary(raw, dictionary, UInt32(dictionary.count)) == Z_OK else { throw .outOfMemory }
        return stream
    }

    package mutating func compress(_ bytes: ByteBuffer) throws(ZlibFailure) -> ByteBuffer {
        var result = ByteBuffer()
        let status = bytes.withUnsafeReadableBytes { input -> Int32 in
            // zlib's type for input is not const, but it only reads.
            raw.pointee.next_in = UnsafeMutablePointer(
                mutating: input.bindMemory(to: UInt8.self).baseAddress)
            raw.pointee.avail_in = UInt32(input.count)
            var status = Z_OK
            repeat {
                result.writeWithUnsafeMutableBytes(minimumWritableBytes: 512) { space in
                    raw.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
                    raw.pointee.avail_out = UInt32(space.count)
                    status = deflate(raw, Z_SYNC_FLUSH)
                    return space.count - Int(raw.pointee.avail_out)
                }
            } while status == Z_OK && raw.pointee.avail_out == 0
            return status
        }
        // Z_BUF_ERROR: the last pass had nothing left to write.
        guard status == Z_OK || status == Z_BUF_ERROR else { throw .broken }
        return result
    }
}

package enum ZlibFailure: Error, Sendable, Equatable {
    /// The compressed bytes are none, or need another dictionary.
    case broken
    case tooLarge(limit: Int)
    case outOfMemory
}
