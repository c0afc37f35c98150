/// Limits of one streaming server. Every one has a default, a unit and a test.
package struct StreamingLimits: Sendable {
    /// Tokens that were issued and not used; one more is RESOURCE_EXHAUSTED, which a kubelet answers with 429.
    package var tokens = 1000
    /// How long a token is good for.
    package var tokenLife = Duration.seconds(60)
    /// How long a client may take to open the streams of its request; also the second half of a port-forward pair.
    package var streamCreation = Duration.seconds(30)
    /// How long a connection may lie without a byte either way. nil: for ever.
    package var idle: Duration? = .seconds(4 * 3600)
    /// Connections at a time; one more is closed at once.
    package var connections = 512
    /// Streams that one connection may have open, or ports of one WebSocket; one more ends it.
    package var streams = 1024
    /// Bytes of one SPDY control frame; a longer one ends the connection.
    package var controlFrameBytes = 64 << 10
    /// Bytes of a header block once it is expanded; more ends the connection.
    package var headerBytes = 16 << 10
    /// Bytes of one stream that wait for a program to read them, before no more is read from the connection. At least the
    /// window of SPDY (64 KiB), so that a client that counts never fills it.
    package var waitingBytes = 256 << 10
    /// Bytes of one JSON object on a resize stream.
    package var resizeBytes = 1024
    /// How long a command may go on after its client is gone and its input has ended, before it is killed.
    package var goneGrace = Duration.seconds(10)
    package init() {}
}
