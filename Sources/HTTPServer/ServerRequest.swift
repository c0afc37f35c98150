package import NIOHTTP1

package struct ServerRequest: Sendable {
    package var method: HTTPMethod
    /// The raw path without query: the router decodes the segments.
    package var path: String
    /// Decoded, in order; a name may repeat.
    package var query: [(name: String, value: String)]
    package var headers: HTTPHeaders
    package var body: RequestBody
    /// From the router: `{id}`, `{name:.*}`.
    package var parameters: [String: String]
    /// The client sent an `Upgrade` header, whatever its value: Docker asks for no more than that.
    package var wantsUpgrade: Bool

    package init(
        method: HTTPMethod, path: String, query: [(name: String, value: String)] = [], headers: HTTPHeaders = [:],
        body: RequestBody, parameters: [String: String] = [:], wantsUpgrade: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.parameters = parameters
        self.wantsUpgrade = wantsUpgrade
    }
}

extension ServerRequest {
    /// - Returns: nil for a target that is none: a broken escape, or no path.
    init?(_ head: HTTPRequestHead, body: RequestBody) {
        guard let target = RequestTarget(head.uri) else { return nil }
        self.init(
            method: head.method, path: target.path, query: target.query, headers: head.headers, body: body,
            wantsUpgrade: head.headers.contains(name: "upgrade"))
    }
}
