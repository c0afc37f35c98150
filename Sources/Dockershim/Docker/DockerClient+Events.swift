import DockerAPI
import Synchronization

extension DockerClient {
    /// What happens to containers of pods, from `since` on, until the daemon ends the stream.
    /// - Parameters:
    ///   - since: nanoseconds since 1970; events of that moment are told too.
    ///   - actions: `create`, `start` …
    func podEvents(
        since: Int64, actions: [String], receive: @Sendable (EventMessage) async throws -> Void
    ) async throws {
        let wanted = ["event": actions, "label": [DockerLabels.type], "type": ["container"]]
        let fraction = String(since % 1_000_000_000)
        let padded = String(repeating: "0", count: max(0, 9 - fraction.count)) + fraction
        var query = [DockerRequest.Pair("since", "\(since / 1_000_000_000).\(padded)")]
        if let pair = try await filters(wanted) { query.insert(pair, at: 0) }
        let request = DockerRequest("GET", try await versioned("/events"), query: query)
        let lines = Mutex(JSONLines())
        let bytes = Mutex(0)
        let answer = try await transport.stream(request) { piece in
            bytes.withLock { $0 += piece.readableBytes }
            for line in try lines.withLock({ lines throws(DockerFailure) in try lines.take(piece) }) {
                let event: EventMessage
                do throws(JSONFailure) {
                    event = try DockerJSON.decode(EventMessage.self, from: line)
                } catch {
                    throw DockerFailure(error)
                }
                try await receive(event)
            }
        }
        tally.countREST(bytes: request.wireBytes + answer.wireBytes + bytes.withLock { $0 })
        guard answer.succeeded else { throw Self.refusal(answer) }
    }
}
