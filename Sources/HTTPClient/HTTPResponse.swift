package import NIOCore

package struct HTTPResponse: Sendable {
    package var head: HTTPResponseHead
    package var body: ByteBuffer

    package init(head: HTTPResponseHead, body: ByteBuffer) {
        self.head = head
        self.body = body
    }
}
