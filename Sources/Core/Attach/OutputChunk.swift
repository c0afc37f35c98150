package import NIOCore

package struct OutputChunk: Sendable {
    package enum Stream: Sendable { case stdout, stderr }
    package var stream: Stream
    package var bytes: ByteBuffer
    package init(
        stream: Stream,
        bytes: ByteBuffer
    ) {
        self.stream = stream
        self.bytes = bytes
    }
}
