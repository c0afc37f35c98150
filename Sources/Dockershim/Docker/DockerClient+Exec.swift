import DockerAPI
import NIOCore

extension DockerClient {
    func createExec(_ container: String, _ body: ExecCreateRequest) async throws(DockerFailure) -> String {
        try decode(IDResponse.self, await call("POST", "/containers/\(container)/exec", body: encode(body))).id
    }

    func inspectExec(_ id: String) async throws(DockerFailure) -> ExecInspect {
        try decode(ExecInspect.self, await call("GET", "/exec/\(id)/json"))
    }

    /// Starts an exec and gives its output, as it comes, to `receive`, until the daemon closes the stream.
    func runExec(
        _ id: String, _ body: ExecStartRequest, receive: (StreamFrame) throws(DockerFailure) -> Void
    ) async throws(DockerFailure) {
        let connection = try await startExec(id, body)
        do throws(DockerFailure) {
            try await readFrames(from: connection, receive: receive)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    /// Starts an exec; its streams are on the connection, which is the caller's to close.
    func startExec(_ id: String, _ body: ExecStartRequest) async throws(DockerFailure) -> any HijackedConnection {
        try await hijack("/exec/\(id)/start", body: encode(body))
    }

    func resizeExec(_ id: String, width: UInt16, height: UInt16) async throws(DockerFailure) {
        _ = try await call(
            "POST", "/exec/\(id)/resize", query: [.init("h", "\(height)"), .init("w", "\(width)")])
    }

    /// The streams of a running container, from now on.
    func attach(
        _ id: String, stdin: Bool, stdout: Bool, stderr: Bool
    ) async throws(DockerFailure) -> any HijackedConnection {
        let wanted = [("stderr", stderr), ("stdin", stdin), ("stdout", stdout), ("stream", true)].filter(\.1)
        return try await hijack("/containers/\(id)/attach", query: wanted.map { DockerRequest.Pair($0.0, "1") })
    }

    func resize(_ container: String, width: UInt16, height: UInt16) async throws(DockerFailure) {
        _ = try await call(
            "POST", "/containers/\(container)/resize", query: [.init("h", "\(height)"), .init("w", "\(width)")])
    }

    private func hijack(
        _ path: String, query: [DockerRequest.Pair] = [], body: ByteBuffer? = nil
    ) async throws(DockerFailure) -> any HijackedConnection {
        let headers = body == nil ? [DockerRequest.Pair("Content-Type", "text/plain")] : Self.headers(for: body)
        let request = DockerRequest("POST", try await versioned(path), query: query, headers: headers, body: body)
        tally.countREST(bytes: request.wireBytes)
        switch try await transport.hijack(request) {
        case .connection(let raw): return raw
        case .refused(let answer):
            tally.countREST(calls: 0, bytes: answer.wireBytes)
            throw Self.refusal(answer)
        }
    }

    private func readFrames(
        from connection: any HijackedConnection, receive: (StreamFrame) throws(DockerFailure) -> Void
    ) async throws(DockerFailure) {
        var decoder = StreamFrameDecoder()
        while let bytes = try await connection.read() {
            tally.countREST(calls: 0, bytes: bytes.readableBytes)
            let frames: [StreamFrame]
            do throws(StreamFrameFailure) {
                frames = try decoder.receive(bytes)
            } catch {
                throw .malformed("the output of an exec is not multiplexed")
            }
            for frame in frames { try receive(frame) }
        }
    }
}
