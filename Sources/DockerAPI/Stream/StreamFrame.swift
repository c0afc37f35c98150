package import NIOCore

/// One piece of a container's output in Docker's multiplex.
///
/// On the wire: 1 byte stream, 3 zero bytes, the payload's length as big-endian UInt32, the payload.
/// - Source: Docker Engine API 1.41, `ContainerAttach`, on the stream format.
package struct StreamFrame: Sendable, Equatable {
    package enum Stream: UInt8, Sendable {
        /// Never sent by daemons; shown as output.
        case stdin = 0
        case stdout = 1
        case stderr = 2
        /// The daemon's own words on why the stream fails.
        case systemError = 3
    }

    package var stream: Stream
    package var payload: ByteBuffer

    package init(_ stream: Stream, _ payload: ByteBuffer) {
        self.stream = stream
        self.payload = payload
    }

    package static let headerBytes = 8

    /// The frame as it goes over the wire, in one buffer.
    package var bytes: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(Self.headerBytes + payload.readableBytes)
        buffer.writeInteger(UInt32(stream.rawValue) << 24)
        buffer.writeInteger(UInt32(truncatingIfNeeded: payload.readableBytes))
        buffer.writeImmutableBuffer(payload)
        return buffer
    }
}
