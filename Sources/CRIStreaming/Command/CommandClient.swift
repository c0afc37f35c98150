import NIOCore

/// The client's side of one command, over either protocol.
struct CommandClient: Sendable {
    let version: CommandVersion
    /// The next input; nil at its end. nil altogether: the client sends none.
    var input: (@Sendable () async -> ByteBuffer?)?
    /// Bytes of the resize stream, likewise.
    var resize: (@Sendable () async -> ByteBuffer?)?
    /// Output for a stream that was not asked for is dropped. Throws when the client is gone.
    var write: @Sendable (RemoteProcess.Piece) async throws -> Void
    /// Ends the output streams, writes the message to the error stream and ends that too.
    var conclude: @Sendable (ByteBuffer?) async throws -> Void
}
