import DockerAPI
import NIOCore
import Synchronization

extension DockerClient {
    /// Bytes that wait in memory of one followed log, besides those of one read.
    static let logBuffer = 4 << 10

    /// Both streams' entries with their times, and those to come until the container ends: for days, perhaps.
    /// - Parameter since: `seconds.nanoseconds`; nil: from the beginning.
    /// - Throws: `DockerFailure`, and what `receive` throws.
    func followLogs(
        _ id: String, since: String?, receive: @escaping @Sendable (ByteBuffer) async throws -> Void
    ) async throws {
        var query: [DockerRequest.Pair] = [.init("follow", "1")]
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
