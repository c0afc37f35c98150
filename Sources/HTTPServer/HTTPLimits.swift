/// Limits of one server. Every one has a default, a unit and a test.
package struct HTTPLimits: Sendable {
    /// Bytes of a request's first line and headers; more is answered 431. Trailers of a chunked body count the same.
    package var headBytes = 64 << 10
    /// Connections at a time; one more is closed at once.
    package var connections = 512
    /// Bytes of a body nobody read that are skipped so that the connection can go on; a longer one ends it.
    package var skippedBytes = 256 << 10
    /// How long a connection may lie between two requests.
    package var idle = Duration.seconds(900)
    /// How long a request's head may take from its first byte; longer is answered 408.
    package var head = Duration.seconds(30)
    /// How long a client may pause within a body while somebody waits for it.
    package var bodyPause = Duration.seconds(600)
    /// How long a connection that we end is read to its end, so that the client gets our last bytes and no reset.
    package var linger = Duration.seconds(2)
    package init() {}
}
