package import NIOCore

/// The seam between the bridge and its daemon: a socket, or a recording.
package protocol DockerTransport: Sendable {
    /// Where the daemon is, for error texts: `unix:///var/run/docker.sock`.
    var endpoint: String { get }

    /// - Parameter bodyLimit: bytes of answer past which the call fails.
    func exchange(_ request: DockerRequest, bodyLimit: Int) async throws(DockerFailure) -> DockerAnswer

    /// Gives the pieces of a successful answer to `receive`, in order.
    /// - Returns: the answer without its body; an unsuccessful one with it.
    func stream(
        _ request: DockerRequest, receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> DockerAnswer

    /// Asks for the raw connection behind the request (`Upgrade: tcp`).
    func hijack(_ request: DockerRequest) async throws(DockerFailure) -> HijackAnswer
}

package enum HijackAnswer: Sendable {
    case connection(any HijackedConnection)
    /// An ordinary answer, always an error.
    case refused(DockerAnswer)
}

/// Raw bytes both ways after the daemon let go of HTTP.
package protocol HijackedConnection: Sendable {
    /// The next bytes; nil at the daemon's end.
    func read() async throws(DockerFailure) -> ByteBuffer?
    func write(_ bytes: ByteBuffer) async throws(DockerFailure)
    /// Half-close: no more bytes from us.
    func finishWriting() async
    func close() async
}
