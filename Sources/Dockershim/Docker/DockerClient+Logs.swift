import DockerAPI
import NIOCore
import Synchronization

extension DockerClient {
    /// Both streams' entries with their times.
    /// - Parameters:
    ///   - since: `seconds.nanoseconds`; nil: from the beginning.
    ///   - follow: those to come as well, until the container ends: for days, perhaps.
    /// - Throws: `DockerFailure`, and what `receive` throws.
    func logs(
        _ id: String, since: String?, follow: Bool, receive: @escaping @Sendable (ByteBuffer) async throws -> Void
    ) async throws {
        var query: [DockerRequest.Pair] = follow ? [.init("follow", "1")] : []
        if let since { query.append(.init("since", since)) }
        query += [.init("stderr", "1"), .init("stdout", "1"), .init("timestamps", "1")]
        let request = DockerRequest("GET", try await versioned("/containers/\(id)/logs"), query: query)
        let received = Mutex(0)
        defer { tally.countREST(bytes: request.wireBytes + received.withLock { $0 }) }
        let answer = try await transport.stream(request) { piece in
            received.withLock { $0 += piece.readableBytes }
            try await receive(piece)
        }
        guard answer.succeeded else { throw Self.refusal(answer) }
    }
}
