/// What the client said before its message.
package struct CallHead: Sendable, Equatable {
    /// `/package.Service/Method`.
    package var path: String
    /// From `grpc-timeout`; nil when the client set none.
    package var timeout: Duration?
    /// As the client wrote it: `localhost`, a bare socket path, or nothing.
    package var authority: String

    package init(path: String, timeout: Duration? = nil, authority: String = "") {
        self.path = path
        self.timeout = timeout
        self.authority = authority
    }
}
