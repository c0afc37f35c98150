package import NIOCore

package struct HTTPRequest: Sendable {
    package var method: String
    /// Path and query, percent-encoded, beginning with "/"; or a whole `http(s)://` URL when the client has no socket.
    /// It goes on the wire byte for byte.
    package var target: String
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// Whole-call limit; nil: none (streams). For an upgrade it ends with the answer's head.
    package var timeout: Duration?
    /// Longest time in which less than one byte a second comes or goes; nil: none. A paused transfer does not count.
    /// Whole seconds.
    package var stallTimeout: Duration?
    /// Follow redirects of a GET or HEAD, at most `HTTPRequest.redirectLimit`; never from https to http, and without
    /// `Authorization` once host, port or scheme change. No effect on a unix socket.
    package var followsRedirects = false
    /// Go past the proxies that the environment names. A unix socket never uses them.
    package var direct = false

    /// Whom to believe, and who to be, over https; nil: the host's own authorities, and nobody.
    package var trust: TLSTrust?

    package static let redirectLimit = 5
    /// Longest wait for a connection.
    package static let connectTimeout = Duration.seconds(30)

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

    /// Case-insensitive.
    func names(_ header: String) -> Bool {
        headers.contains { $0.name.lowercased() == header.lowercased() }
    }
}
