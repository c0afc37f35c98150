import Faults
import Linux
import NIOCore
import Synchronization

/// A blob on its way to disk: hashed and counted as it comes. Every call but `count` blocks.
///
/// What an earlier try, or a daemon that was killed, has left of it is hashed and gone on with.
final class BlobFile: Sendable {
    private struct State {
        var file: OpenFile
        var sum = DigestHasher()
        var count: UInt64 = 0
    }
    private let path: String
    private let expected: Descriptor
    private let state: Mutex<State>
    /// Bytes that were there already.
    let found: UInt64

    /// Bytes hashed at a time.
    private static let chunk = 1 << 20

    init(_ path: String, expecting expected: Descriptor) throws {
        self.path = path
        self.expected = expected
        var state = State(file: try OpenFile.continuing(path))
        let size = try state.file.size()
        if size > expected.size {
            state = State(file: try OpenFile.truncating(path))
        } else if size > 0 {
            let old = try OpenFile.reading(path)
            while state.count < size {
                let bytes = try old.read(at: state.count, limit: Self.chunk)
                guard bytes.readableBytes > 0 else { break }
                state.sum.update(bytes)
                state.count += UInt64(bytes.readableBytes)
            }
        }
        found = state.count
        self.state = Mutex(state)
    }

    var count: UInt64 { state.withLock { $0.count } }

    /// - Throws: `.corrupt` past the expected size.
    func append(_ bytes: ByteBuffer) throws {
        try state.withLock { state in
            guard state.count + UInt64(bytes.readableBytes) <= expected.size else {
                throw OxbowError(.corrupt, "blob: longer than its descriptor says (\(expected.digest))")
            }
            try state.file.append(bytes)
            state.sum.update(bytes)
            state.count += UInt64(bytes.readableBytes)
        }
    }

    /// Begins anew: the registry does not go on in the middle, or what was there was not the beginning.
    func restart() throws {
        try state.withLock { $0 = State(file: try OpenFile.truncating(path)) }
    }

    var isWhole: Bool { state.withLock { $0.count == expected.size && $0.sum.finish() == expected.digest } }
}
