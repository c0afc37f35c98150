package import NIOCore

/// One request to the daemon, before it is written as HTTP.
package struct DockerRequest: Sendable, Equatable {
    package var method: String
    /// Decoded, with its version: `/v1.40/images/localhost/pause:1/json`.
    package var path: String
    /// Decoded pairs in the order in which they are written (by name, as Go's client does).
    package var query: [Pair]
    package var headers: [Pair]
    package var body: ByteBuffer?
    /// Whole-call limit; nil: none.
    package var timeout: Duration?

    package struct Pair: Sendable, Equatable {
        package var name: String
        package var value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        _ method: String, _ path: String, query: [Pair] = [], headers: [Pair] = [], body: ByteBuffer? = nil,
        timeout: Duration? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// Path and query as they stand in the request line.
    package var target: String {
        let path = PercentEncoding.path(path)
        guard !query.isEmpty else { return path }
        let pairs = query.map { PercentEncoding.query($0.name) + "=" + PercentEncoding.query($0.value) }
        return path + "?" + pairs.joined(separator: "&")
    }
}

/// The daemon's answer, body read to its end.
package struct DockerAnswer: Sendable {
    package var status: Int
    package var headers: [DockerRequest.Pair]
    package var body: ByteBuffer

    package init(status: Int, headers: [DockerRequest.Pair] = [], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Docker's client took 200 to 399 for success: 304 means that the state wanted was there already.
    package var succeeded: Bool { (200..<400).contains(status) }

    /// Case-insensitive; the first of that name.
    package subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
