/// Limits of one server or client. Every one has a default, a unit and a test.
package struct GRPCLimits: Sendable {
    /// Bytes of one message, either way.
    package var messageBytes = 16 << 20
    /// Calls of one connection at a time, those whose handler has not returned yet included.
    package var concurrentStreams = 1000
    /// Bytes of one header list, 32 more counted for each field (RFC 9113, section 6.5.2).
    package var headerBytes = 64 << 10
    /// Connections of one server at a time; one more is closed at once.
    package var connections = 256
    /// Bytes of half-received requests that one connection may hold.
    package var pendingBytes = 256 << 20
    /// Unsent answer bytes of one call from which on its handler waits; unread answer bytes of one call from which on a
    /// client lets the server wait.
    package var unsentBytes = 1 << 20
    /// How long a call's unsent answers may lie while the client takes none of them, before the call is given up; looked
    /// at that often, so that it may take twice as long.
    package var stall = Duration.seconds(120)
    /// How long a client may take to say that it speaks HTTP/2, and a server to take a connection.
    package var handshake = Duration.seconds(10)
    /// How many frames that carry nothing a client may send in one go.
    package var noise = FloodAllowance()
    package init() {}
}

/// How many frames without content a peer may send in one go; each allowance fills again at `perSecond`.
package struct FloodAllowance: Sendable, Equatable {
    /// Until data moves again, either way: probes of the bandwidth come with the data they measure.
    package var pings = 100
    package var settings = 50
    /// DATA frames without data, PRIORITY.
    package var emptyFrames = 500
    /// Calls cancelled, refused or malformed (CVE-2023-44487). Data moving does not help here.
    package var resets = 500
    package var perSecond = 30
    package init() {}
}

/// Sizes that the two ends of a connection agree on; fixed, for nobody needs them different.
enum FlowControl {
    /// Bytes that a peer may send on one stream, and on the connection, before we take them.
    static let streamWindow: Int32 = 1 << 20
    static let connectionWindow: Int32 = 4 << 20
    /// Bytes written to the channel in one piece.
    static let writeBytes = 64 << 10
}
