import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    /// `POST /containers/{id}/exec`
    @Sendable func createExec(_ call: Call) async throws -> ServerResponse {
        guard let request = try await call.body(ExecCreateRequest.self), !(request.cmd?.list ?? []).isEmpty else {
            throw OxbowError(.badRequest, "No exec command specified")
        }
        let record = try await container(of: call)
        guard record.state == .running else {
            throw OxbowError(.wrongState, "Container \(record.id) is not running")
        }
        // Kept with the exec, used when it starts; a mistake is told now.
        _ = try DetachKeys(request.detachKeys)
        let document = documents.document(of: record)
        let session = ExecSession(
            id: ContainerIdentity.id(), containerID: record.id, request: request,
            user: request.user.isEmpty ? document.config.user : request.user)
        try execs.add(session)
        events.record(
            .container(
                "exec_create: " + ContainerSummary.line(request.cmd?.list ?? []), record, document, at: now,
                attributes: ["execID": session.id]))
        return try Answer.json(IDResponse(id: session.id), status: .created)
    }
}
