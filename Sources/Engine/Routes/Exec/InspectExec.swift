import DockerAPI
import HTTPServer

extension Engine {
    /// `GET /exec/{id}/json`
    @Sendable func inspectExec(_ call: Call) async throws -> ServerResponse {
        try Answer.json(try exec(of: call).inspection)
    }
}
