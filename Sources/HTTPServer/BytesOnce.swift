import NIOCore
import Synchronization

/// Bytes that can be taken once.
final class BytesOnce: Sendable {
    private let bytes: Mutex<ByteBuffer?>
    init(_ bytes: ByteBuffer) { self.bytes = Mutex(bytes.readableBytes > 0 ? bytes : nil) }
    func take() -> ByteBuffer? { bytes.withLock { $0.take() } }
}
