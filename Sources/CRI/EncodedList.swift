package import NIOCore

/// An element of a list answer in its wire form, so that a list that is asked for every second is put together instead of
/// written anew.
package struct EncodedElement: Sendable, Equatable {
    /// Tag, length and message.
    let bytes: ByteBuffer

    /// - Parameter field: the number of the repeated field.
    package init(_ message: some CRIMessage, field: UInt8 = 1) {
        let content = message.encoded()
        var bytes = ByteBufferAllocator().buffer(capacity: content.readableBytes + 6)
        bytes.writeInteger(field << 3 | 2)
        var length = UInt32(clamping: content.readableBytes)
        while length >= 0x80 {
            bytes.writeInteger(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.writeInteger(UInt8(truncatingIfNeeded: length))
        bytes.writeImmutableBuffer(content)
        self.bytes = bytes
    }

    /// The answer that holds these elements and no other field.
    package static func answer(of elements: some Collection<EncodedElement>) -> ByteBuffer {
        var size = 0
        for element in elements { size += element.bytes.readableBytes }
        var answer = ByteBufferAllocator().buffer(capacity: size)
        for element in elements { answer.writeImmutableBuffer(element.bytes) }
        return answer
    }
}
