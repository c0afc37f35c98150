import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1
import OCI

extension Engine {
    /// `POST /images/{name}/tag?repo=&tag=`: moves a tag that exists.
    @Sendable func tagImage(_ call: Call) async throws -> ServerResponse {
        let image = try await image(call[parameter: "name"])
        let (repository, tag) = (call.text("repo") ?? "", call.text("tag") ?? "")
        guard !repository.isEmpty else { throw OxbowError(.badRequest, "invalid reference format") }
        let reference = try Reference(parsing: tag.isEmpty ? repository : "\(repository):\(tag)").tagged
        guard reference.digest == nil else {
            throw OxbowError(.badRequest, "refusing to create a tag with a digest reference")
        }
        guard reference.repository != "library/sha256" else {
            throw OxbowError(.badRequest, "refusing to create an ambiguous tag using digest algorithm as name")
        }
        try await core.tag(image.id, as: reference)
        events.record(.image("tag", id: image.id.description, name: reference.familiar, at: now))
        return Answer.empty(.created)
    }
}
