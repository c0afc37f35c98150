package import NIOCore

package enum UpgradeResult: Sendable {
    case connection(RawConnection)
    case refused(HTTPResponse)
}

/// A hijacked connection: raw bytes both ways. It is closed by `close`, or when its last copy goes.
package struct RawConnection: Sendable {
    package let head: HTTPResponseHead
    let owner: Owner

    /// Closes the link when nobody holds the connection any more.
    final class Owner: Sendable {
        let link: RawLink
        let driver: HandleDriver

        init(_ link: RawLink, driver: HandleDriver) {
            self.link = link
            self.driver = driver
        }
        deinit { close() }

        func close() {
            link.close()
            driver.touch(link)
        }

        func read() async throws(HTTPFailure) -> ByteBuffer? {
            let (outcome, wasFull) = await withTaskCancellationHandler {
                await link.next()
            } onCancel: {
                link.withdrawReader()
            }
            if wasFull { driver.touch(link) }
            return try outcome.get()
        }

        func send(_ item: RawLink.Item) async throws(HTTPFailure) {
            let failure = await withTaskCancellationHandler {
                await link.send(item) { driver.touch(link) }
            } onCancel: {
                close()
            }
            if let failure { throw failure }
        }
    }

    /// The next bytes; nil at the peer's end. One reader at a time. Cancelling the task ends the wait only.
    package func read() async throws(HTTPFailure) -> ByteBuffer? { try await owner.read() }

    /// Returns once the kernel has taken all bytes. Cancelling the task closes the connection: a part may be out.
    package func write(_ bytes: ByteBuffer) async throws(HTTPFailure) {
        guard bytes.readableBytes > 0 else { return }
        try await owner.send(.bytes(bytes))
    }

    /// Half-close: no more bytes from us.
    package func finishWriting() async {
        // A failure means that the connection has gone, which the reader learns.
        try? await owner.send(.end)
    }

    package func close() async { owner.close() }
}
