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
        let text = try await encode(body)
        let request = DockerRequest(
            "POST", try await versioned("/exec/\(id)/start"), headers: Self.headers(for: text), body: text)
        tally.countREST(bytes: request.wireBytes)
        let connection: any HijackedConnection
        switch try await transport.hijack(request) {
        case .connection(let raw): connection = raw
        case .refused(let answer):
            tally.countREST(calls: 0, bytes: answer.wireBytes)
            throw Self.refusal(answer)
        }
        do throws(DockerFailure) {
            try await readFrames(from: connection, receive: receive)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
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
