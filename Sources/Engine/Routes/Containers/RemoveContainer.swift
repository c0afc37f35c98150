import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    /// `DELETE /containers/{id}`. There are no anonymous volumes for `v` to take along.
    @Sendable func removeContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        if call.flag("link") {
            throw Refusal(.internalServerError, "Conflict, cannot remove the default link name of the container")
        }
        try await remove(record, force: call.flag("force"))
        return Answer.empty(.noContent)
    }

    func remove(_ record: ContainerRecord, force: Bool) async throws {
        let running = OxbowError(
            .wrongState,
            "You cannot remove a running container \(record.id). Stop the container before attempting removal or force "
                + "remove")
        guard force || record.state != .running else { throw running }
        guard removals.begin(record.id) else {
            throw OxbowError(.wrongState, "removal of container \(record.spec.name) is already in progress")
        }
        defer { removals.end(record.id) }
        restarts.cancel(record.id)
        // Its end is the client's wish: no policy is to start it in between.
        try await restarts.hold(record.id) {
            do { try await core.remove(record.id, force: force) } catch {
                guard let error = error as? OxbowError, error.kind == .wrongState, !force else { throw error }
                throw running
            }
        }
        attaches.dismiss(record.id)
    }
}
