import Core
import DockerAPI
import Faults
import HTTPServer

extension Engine {
    /// `POST /containers/{id}/update`: limits and the restart policy.
    @Sendable func updateContainer(_ call: Call) async throws -> ServerResponse {
        guard let request = try await call.body(UpdateRequest.self) else {
            throw OxbowError(.badRequest, "update: no settings given")
        }
        let record = try await container(of: call)
        var document = documents.document(of: record)
        func refuse(_ kind: OxbowError.Kind, _ why: String) -> OxbowError {
            OxbowError(kind, "Cannot update container \(record.id): \(why)")
        }
        let policy = request.restartPolicy
        if !policy.name.isEmpty {
            if document.hostConfig.autoRemove, policy.name != "no" {
                throw refuse(
                    .wrongState, "Restart policy cannot be updated because AutoRemove is enabled for the container")
            }
            guard ["no", "always", "unless-stopped", "on-failure"].contains(policy.name) else {
                throw refuse(.badRequest, "invalid restart policy '\(policy.name)'")
            }
            document.hostConfig.restartPolicy = policy
        }
        let resources = document.hostConfig.resources.updated(by: request.resources)
        // Docker refuses a limit above the swap limit that is already set; dockershim relies on neither.
        if resources.memory > 0, resources.memorySwap > 0, resources.memory > resources.memorySwap {
            throw refuse(
                .badRequest,
                "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time"
            )
        }
        let cpus = try await HostFacts.read().cpus
        do { try resources.check(cpus: cpus) } catch { throw refuse(error.kind, error.message) }
        document.hostConfig.resources = resources
        if resources.limits != record.spec.resources {
            do { try await core.updateResources(record.id, resources.limits) } catch {
                throw OxbowError(error.kind, "Cannot update container \(record.id): \(error.message)", origin: error)
            }
        }
        try await core.updateExtension(record.id, try DockerJSON.text(document))
        events.record(.container("update", record, document, at: now))
        var answer = UpdateResponse()
        let warnings = request.resources.warnings
        answer.warnings = warnings.isEmpty ? nil : warnings
        return try Answer.json(answer)
    }
}
