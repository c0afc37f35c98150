import NIOCore

/// One stream that a client has opened.
struct SPDYStream: Sendable {
    let id: SPDYFrame.StreamID
    let headers: [SPDYFrame.Header]
    let inbox: ByteInbox
    let connection: SPDYConnection

    /// Of a header whose name is given in lower case; the first of several.
    subscript(header name: String) -> String? { headers.first { $0.name == name }?.value }

    /// - Returns: nil at the client's end of the stream, its reset, the connection's end, and when the task is cancelled.
    func read() async -> ByteBuffer? {
        guard let bytes = await inbox.next() else { return nil }
        await connection.consumed(bytes.readableBytes, of: id)
        return bytes
    }

    /// - Throws: `StreamGone` when the client wants no more, or is gone.
    func write(_ bytes: ByteBuffer) async throws { try await connection.write(bytes, to: id) }

    /// Nothing can be said on it any more: it was reset, ended by us, or the connection is over.
    var isGone: Bool { !connection.isOpen(id) }

    /// Our end, behind all that was written. A stream that is over is left as it is.
    func finish() async { await connection.finish(id) }

    /// Neither side may say more.
    func reset(_ status: SPDYFrame.Status) async { await connection.reset(id, status) }
}

/// The client has closed what was to be written to.
struct StreamGone: Error, Equatable {}
