import Core
import DockerAPI
import HTTPServer

extension Engine {
    /// `GET /images/json`. There are no intermediate images for `all` to show, and shared bytes are not computed.
    @Sendable func listImages(_ call: Call) async throws -> ServerResponse {
        let images = try await core.images()
        let filter = try ImageFilter(try call.filters(allowing: ImageFilter.names), images: images)
        // A filter of its own before 1.41, still sent by old clients.
        let pattern = call.version < .v1_41 ? call.text("filter").flatMap { $0.isEmpty ? nil : $0 } : nil
        let shown = images.filter { image in
            filter.admits(image)
                && (pattern.map { pattern in
                    image.tags.contains { ImageFilter.reference($0, matches: pattern) }
                } ?? true)
        }
        let summaries = shown.map { ImageSummary(of: $0) }
        return try Answer.json(summaries.sorted { ($0.created, $0.id) > ($1.created, $1.id) })
    }
}
