// CONTRACT: signatures other modules build against. The owner replaces the bodies and splits this file, one type a file.
public import NIOCore

package struct HTTPRequest: Sendable {
    package var method: String
    /// Path and query, percent-encoded, beginning with "/"; or a whole `http(s)://` URL when the client has no socket.
    package var target: String
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// Whole-call limit; nil: none (streams).
    package var timeout: Duration?
    package enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        /// A file sent from disk, chunked.
        case file(path: String)
    }
    package init(
        _ method: String, _ target: String, headers: [(name: String, value: String)] = [], body: Body = .none,
        timeout: Duration? = .seconds(120)
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

package struct HTTPResponseHead: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    /// Case-insensitive; the first of that name.
    package subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

package struct HTTPResponse: Sendable {
    package var head: HTTPResponseHead
    package var body: ByteBuffer
}

package struct HTTPFailure: Error, Sendable {
    package enum Reason: Sendable, Equatable { case unreachable, timedOut, tooLarge, broken, cancelled }
    package let reason: Reason
    /// libcurl's own words.
    package let detail: String
}

/// Requests through libcurl's multi interface, driven by one lasting thread; connections are kept and reused.
package final class HTTPClient: Sendable {
    package enum Endpoint: Sendable, Equatable {
        /// Every request goes over this socket, whatever its host.
        case unixSocket(path: String)
        /// Requests name whole URLs.
        case network
    }
    package init(_ endpoint: Endpoint) { fatalError("contract") }

    /// - Throws: `.tooLarge` past `bodyLimit` bytes of answer.
    package func send(_ request: HTTPRequest, bodyLimit: Int = 64 << 20) async throws(HTTPFailure) -> HTTPResponse { fatalError("contract") }

    /// Streams the answer: `receive` gets each piece in order, and the transfer pauses while it runs.
    package func stream(
        _ request: HTTPRequest, head: @Sendable (HTTPResponseHead) async throws -> Void,
        receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws { fatalError("contract") }

    /// Sends a request with `Connection: Upgrade` and hands over the raw connection after a 101 or 200 head.
    /// Any other status is returned as an ordinary answer.
    package func upgrade(_ request: HTTPRequest, to protocolName: String) async throws(HTTPFailure) -> UpgradeResult { fatalError("contract") }

    /// Counts of everything sent and received since the client began: for the lab's REST figures.
    package var traffic: Traffic { fatalError("contract") }
    package struct Traffic: Sendable, Equatable {
        package var requests = 0
        package var bytesSent = 0
        package var bytesReceived = 0
        package init() {}
    }
}

package enum UpgradeResult: Sendable {
    case connection(RawConnection)
    case refused(HTTPResponse)
}

/// A hijacked connection: raw bytes both ways.
package struct RawConnection: Sendable {
    package let head: HTTPResponseHead
    /// The next bytes; nil at the peer's end.
    package func read() async throws(HTTPFailure) -> ByteBuffer? { fatalError("contract") }
    package func write(_ bytes: ByteBuffer) async throws(HTTPFailure) { fatalError("contract") }
    /// Half-close: no more bytes from us.
    package func finishWriting() async { fatalError("contract") }
    package func close() async { fatalError("contract") }
}
