import DockerAPI
import HTTPServer

extension Engine {
    /// `GET /images/{name}/json`
    @Sendable func inspectImage(_ call: Call) async throws -> ServerResponse {
        try Answer.json(ImageInspect(of: try await image(call[parameter: "name"])), version: call.version)
    }
}
