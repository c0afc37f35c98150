import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    /// `POST /containers/{id}/rename?name=`
    @Sendable func renameContainer(_ call: Call) async throws -> ServerResponse {
        let wanted = call.text("name") ?? ""
        guard !wanted.isEmpty else { throw OxbowError(.badRequest, "Neither old nor new names may be empty") }
        let record = try await container(of: call)
        let name = try ContainerIdentity.name(checking: wanted)
        guard name != record.spec.name else {
            throw OxbowError(.badRequest, "Renaming a container with the same name as its current name")
        }
        do { try await core.rename(record.id, to: name) } catch {
            guard error.kind == .taken, let holder = await core.containers().first(where: { $0.spec.name == name })
            else { throw error }
            throw Self.nameConflict(name, holder: holder.id)
        }
        var renamed = record
        renamed.spec.name = name
        events.record(
            .container(
                "rename", renamed, documents.document(of: record), at: now,
                attributes: ["oldName": "/" + record.spec.name]))
        return Answer.empty(.noContent)
    }
}
