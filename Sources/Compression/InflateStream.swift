import CZlib
package import NIOCore

/// One lasting zlib stream that is read, piece by piece as `DeflateStream` writes it.
///
/// After an error it is of no further use: the peer's compressor is somewhere else.
package struct InflateStream: ~Copyable {
    /// At one place for life: zlib keeps its address.
    private let raw: UnsafeMutablePointer<z_stream>
    private let dictionary: [UInt8]

    private init(owning raw: UnsafeMutablePointer<z_stream>, dictionary: [UInt8]) {
        self.raw = raw
        self.dictionary = dictionary
    }

    deinit {
        inflateEnd(raw)
        raw.deallocate()
    }

    package static func make(dictionary: [UInt8]) throws(ZlibFailure) -> InflateStream {
        let raw = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        raw.initialize(to: z_stream())
        guard oxbow_inflate_begin(raw) == Z_OK else {
            raw.deallocate()
            throw .outOfMemory
        }
        return InflateStream(owning: raw, dictionary: dictionary)
    }

    /// - Parameter limit: bytes of the result; a small piece can stand for a very large one. No more than this is ever held.
    /// - Throws: `.broken` for a piece that is not one, or is followed by the stream's end.
    package mutating func expand(_ bytes: ByteBuffer, limit: Int) throws(ZlibFailure) -> ByteBuffer {
        var result = ByteBuffer()
        let failure = bytes.withUnsafeReadableBytes { input -> ZlibFailure? in
            raw.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
            raw.pointee.avail_in = UInt32(input.count)
            while true {
                var status = Z_OK
                let most = limit + 1 - result.readableBytes
                result.writeWithUnsafeMutableBytes(minimumWritableBytes: 1024) { space in
                    let room = min(space.count, most)
                    raw.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
                    raw.pointee.avail_out = UInt32(room)
                    status = inflate(raw, Z_SYNC_FLUSH)
                    return room - Int(raw.pointee.avail_out)
                }
                if result.readableBytes > limit { return .tooLarge(limit: limit) }
                switch status {
                case Z_NEED_DICT:
                    guard inflateSetDictionary(raw, dictionary, UInt32(dictionary.count)) == Z_OK else {
                        return .broken
                    }
                case Z_OK where raw.pointee.avail_in > 0 || raw.pointee.avail_out == 0: continue
                case Z_OK: return nil
                // Nothing more to read and nothing more to write: the piece is done.
                case Z_BUF_ERROR where raw.pointee.avail_in == 0: return nil
                case Z_MEM_ERROR: return .outOfMemory
                default: return .broken
                }
            }
        }
        if let failure { throw failure }
        return result
    }
}
