import Core
import DockerAPI
import HTTPServer
import Linux
import OCI

extension Engine {
    /// `GET /containers/{id}/json`
    @Sendable func inspectContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        var inspect = ContainerInspect(
            of: record, document: documents.document(of: record), execs: execs.open(in: record.id),
            isRestarting: restarts.isPending(record.id), now: now)
        if call.flag("size") { (inspect.sizeRw, inspect.sizeRootFs) = try await sizes(of: record) }
        return try Answer.json(inspect, version: call.version)
    }

    /// Bytes of the writable layer, and of the whole file system.
    func sizes(of record: ContainerRecord) async throws -> (writable: Int64, whole: Int64) {
        let own = try await blocking {
            Files.exists(record.overlay.upper) ? try Files.usage(of: record.overlay.upper).bytes : 0
        }
        let image = try await core.image(record.spec.image.description)?.size ?? 0
        return (Int64(clamping: own), Int64(clamping: own + image))
    }
}
