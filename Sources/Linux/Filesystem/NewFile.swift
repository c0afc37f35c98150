import Glibc

/// A regular file being filled; it closes with its last owner. Every call blocks.
package final class NewFile: Sendable {
    private let descriptor: Int32
    private let name: RawPath

    init(descriptor: Int32, name: RawPath) {
        self.descriptor = descriptor
        self.name = name
    }
    deinit { close(descriptor) }

    /// Writes all bytes at `offset`; what is never written is a hole.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemFailure) {
        var written = 0
        while written < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written, off_t(offset + written))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemFailure("pwrite", "\(name)") }
            written += count
        }
    }

    /// The whole length, a hole at the end included.
    package func setSize(_ size: Int) throws(SystemFailure) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw SystemFailure("ftruncate", "\(name)") }
    }
}
