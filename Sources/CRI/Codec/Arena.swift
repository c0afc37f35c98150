import CCRI
import CProtobufC

/// Memory for the C form of one message: handed out upwards, given back all at once when the arena dies.
///
/// Owned by the call that decodes or encodes and never leaves it, so that at most one exists for each thread.
struct Arena: ~Copyable {
    /// Bytes that it may hand out.
    let limit: Int
    private(set) var used = 0
    /// An allocation was refused because of `limit`.
    private(set) var isExhausted = false
    private var chunks: [UnsafeMutableRawPointer] = []
    private var next: UnsafeMutableRawPointer?
    private var left = 0
    private var chunkBytes: Int

    /// - Parameter hint: bytes of the message on the wire; its C form takes some three times as many.
    init(limit: Int = .max, hint: Int = 0) {
        self.limit = limit
        chunkBytes = min(max(Self.firstChunk, hint &* 3), Self.largestChunk)
    }

    deinit { for chunk in chunks { chunk.deallocate() } }

    /// Holds every message but large lists.
    static let firstChunk = 4 << 10
    static let largestChunk = 1 << 20

    /// Room for `size` bytes, aligned for any field of a message, with undefined content; nil past the limit.
    mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size <= limit - used else {
            isExhausted = true
            return nil
        }
        return takeUnlimited(size)
    }

    /// For our own values, whose size is bounded by the memory that they take already.
    mutating func takeUnlimited(_ size: Int) -> UnsafeMutableRawPointer {
        let rounded = max(8, (size + 7) & ~7)
        used += rounded
        if let start = next, rounded <= left {
            next = start + rounded
            left -= rounded
            return start
        }
        let bytes = max(chunkBytes, rounded)
        chunkBytes = min(chunkBytes * 2, Self.largestChunk)
        let chunk = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
        chunks.append(chunk)
        // The chunk with more room stays the current one.
        if bytes - rounded > left {
            next = chunk + rounded
            left = bytes - rounded
        }
        return chunk
    }

    /// Calls `body` with protobuf-c's view of this arena, which is valid until `body` returns.
    mutating func withAllocator<R>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> R) -> R {
        withUnsafeMutablePointer(to: &self) { arena in
            var allocator = ProtobufCAllocator(
                alloc: { data, size in data?.assumingMemoryBound(to: Arena.self).pointee.take(size) },
                free: { _, _ in },  // freed with the arena
                allocator_data: UnsafeMutableRawPointer(arena))
            return withUnsafeMutablePointer(to: &allocator, body)
        }
    }
}
