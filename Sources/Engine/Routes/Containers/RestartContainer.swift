import Core
import DockerAPI
import HTTPServer
import NIOHTTP1

extension Engine {
    /// `POST /containers/{id}/restart`: a stopped container is started.
    @Sendable func restartContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        try await restarts.hold(record.id) {
            if record.state == .running { try await stop(record, call) }
            var document = documents.document(of: record)
            document.stoppedByClient = false
            try await core.updateExtension(record.id, try DockerJSON.text(document))
            try await begin(record, document)
        }
        events.record(.container("restart", record, documents.document(of: record), at: now))
        return Answer.empty(.noContent)
    }
}
