import NIOCore

/// The bytes of a request that asks for the raw connection, and what its answer means.
struct UpgradeRequest {
    let bytes: ByteBuffer

    /// - Throws: `.broken` for `https`, a body from a file, and line ends in header values.
    init(_ request: HTTPRequest, to protocolName: String, over endpoint: HTTPClient.Endpoint) throws(HTTPFailure) {
        let (host, target) = try Self.address(request.target, over: endpoint)
        var head = "\(request.method) \(target) HTTP/1.1\r\n"
        if !request.names("Host") { head += "Host: \(host)\r\n" }
        if !request.names("User-Agent") { head += "User-Agent: oxbow\r\n" }
        for (name, value) in request.headers { head += "\(name): \(value)\r\n" }
        head += "Connection: Upgrade\r\nUpgrade: \(protocolName)\r\n"
        var body = ByteBuffer()
        switch request.body {
        case .none: if request.method != "GET" { head += "Content-Length: 0\r\n" }
        case .bytes(let bytes):
            body = bytes
            head += "Content-Length: \(bytes.readableBytes)\r\n"
        case .file: throw HTTPFailure(reason: .broken, detail: "upgrade: a body from a file cannot be sent")
        }
        let lines = request.headers.flatMap { [$0.name, $0.value] } + [target, request.method, protocolName]
        guard !lines.contains(where: { $0.utf8.contains { $0 == 13 || $0 == 10 } }) else {
            throw HTTPFailure(reason: .broken, detail: "upgrade: line end in a header")
        }
        var bytes = ByteBuffer(string: head + "\r\n")
        bytes.writeBuffer(&body)
        self.bytes = bytes
    }

    private static func address(
        _ target: String, over endpoint: HTTPClient.Endpoint
    ) throws(HTTPFailure) -> (host: String, target: String) {
        guard endpoint == .network else { return ("docker", target) }
        guard target.lowercased().hasPrefix("http://") else {
            throw HTTPFailure(reason: .broken, detail: "upgrade: only over plain http (\(target))")
        }
        let rest = target.dropFirst("http://".count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest[host.endIndex...]
        return (String(host), path.hasPrefix("/") ? String(path) : "/" + path)
    }

    /// Sends the request and reads the answer's head; the body too when the peer refuses.
    func negotiate(over owner: RawConnection.Owner) async throws(HTTPFailure) -> UpgradeResult {
        try await owner.send(.bytes(bytes))
        var parser = ResponseHeadParser()
        while let bytes = try await owner.read() {
            guard case .head(let head, let rest) = try parser.feed(bytes) else { continue }
            if head.status == 101 || head.status == 200 {
                owner.link.headHasArrived()
                owner.link.putBack(rest)
                return .connection(RawConnection(head: head, owner: owner))
            }
            var reader = ResponseBodyReader(head)
            try reader.feed(rest)
            while !reader.isDone { try reader.feed(try await owner.read()) }
            return .refused(HTTPResponse(head: head, body: reader.body))
        }
        throw HTTPFailure(reason: .broken, detail: "connection closed before the answer")
    }
}
