import Faults
import Linux
import NIOCore
import Synchronization

/// A blob on its way to disk: hashed and counted as it comes. Every call but `count` blocks.
final class BlobFile: Sendable {
    private struct State {
        var file: OpenFile
        var sum = DigestHasher()
        var count: UInt64 = 0
    }
    private let path: String
    private let expected: Descriptor
    private let state: Mutex<State>

    init(_ path: String, expecting expected: Descriptor) throws(SystemFailure) {
        self.path = path
        self.expected = expected
        state = Mutex(State(file: try OpenFile.creating(path)))
    }

    var count: UInt64 { state.withLock { $0.count } }

    /// - Throws: `.badRequest` past the expected size.
    func append(_ bytes: ByteBuffer) throws {
        try state.withLock { state in
            guard state.count + UInt64(bytes.readableBytes) <= expected.size else {
                throw OxbowError(.badRequest, "blob: longer than its descriptor says (\(expected.digest))")
            }
            try state.file.append(bytes)
            state.sum.update(bytes)
            state.count += UInt64(bytes.readableBytes)
        }
    }

    /// Begins anew: the registry does not go on in the middle.
    func restart() throws {
        try state.withLock { $0 = State(file: try OpenFile.truncating(path)) }
    }

    func finish() throws {
        let (digest, count) = state.withLock { ($0.sum.finish(), $0.count) }
        guard count == expected.size, digest == expected.digest else {
            throw OxbowError(.badRequest, "blob: content does not fit its digest (\(expected.digest))")
        }
    }
}
