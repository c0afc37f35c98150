import Core
import DockerAPI
import HTTPServer
import Linux
import OCI

extension Engine {
    /// `GET /images/{name}/history`
    @Sendable func imageHistory(_ call: Call) async throws -> ServerResponse {
        try Answer.json(Self.history(of: try await image(call[parameter: "name"])))
    }

    /// Newest first. The core tells the size of all layers together only: a single layer's is known, those of several
    /// are shown as 0.
    static func history(of image: ImageRecord) -> [ImageHistoryEntry] {
        let steps = image.config.history
        let filled = steps.count { !$0.emptyLayer }
        var entries = steps.reversed().map { step in
            var entry = ImageHistoryEntry()
            entry.id = "<missing>"
            entry.comment = step.comment
            entry.createdBy = step.createdBy
            entry.created = (DockerTime.parse(step.created)?.nanoseconds ?? 0) / 1_000_000_000
            if !step.emptyLayer, filled == 1 { entry.size = Int64(clamping: image.size) }
            return entry
        }
        if entries.isEmpty {
            var entry = ImageHistoryEntry()
            entry.created = ImageSummary.created(image)
            entry.size = Int64(clamping: image.size)
            entries = [entry]
        }
        entries[0].id = image.id.description
        entries[0].tags = image.tags.isEmpty ? nil : image.tags.map(\.familiar).sorted()
        return entries
    }
}
