import Core
import DockerAPI
import HTTPServer

extension Engine {
    /// `GET /system/df`. Walks every writable layer; image layers were measured when they were unpacked.
    @Sendable func diskUsage(_ call: Call) async throws -> ServerResponse {
        var usage = DiskUsage()
        let images = try await core.images()
        let containers = await core.containers()
        usage.layersSize = Int64(clamping: try await core.imageFilesystem().usedBytes)
        usage.images = images.map { image in
            var summary = ImageSummary(of: image)
            summary.sharedSize = 0
            summary.containers = Int64(containers.count { $0.spec.image == image.id })
            return summary
        }
        let names = ImageNames(images)
        var summaries: [ContainerSummary] = []
        for record in containers {
            var summary = ContainerSummary(
                of: record, document: documents.document(of: record), imageNow: names[record.spec.imageName],
                isRestarting: restarts.isPending(record.id), now: now)
            (summary.sizeRw, summary.sizeRootFs) = try await sizes(of: record)
            summaries.append(summary)
        }
        usage.containers = summaries
        return try Answer.json(usage, version: call.version)
    }
}
