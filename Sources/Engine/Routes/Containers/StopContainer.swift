import Core
import DockerAPI
import Faults
import HTTPServer
import Linux
import NIOHTTP1

extension Engine {
    static let standardGrace = Duration.seconds(10)
    /// What "wait for ever" comes to: a negative `t`.
    static let endlessGrace = Duration.seconds(10 * 365 * 24 * 3600)

    /// `POST /containers/{id}/stop`
    @Sendable func stopContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        let wasPending = restarts.isPending(record.id)
        guard record.state == .running || wasPending else { throw Refusal(.notModified) }
        try await stop(record, call)
        events.record(.container("stop", record, documents.document(of: record), at: now))
        return Answer.empty(.noContent)
    }

    /// By the request's `t` and `signal` (from 1.42), else the container's own.
    func stop(_ record: ContainerRecord, _ call: Call) async throws {
        let document = try await markStopped(record)
        let grace = try Self.grace(call, document)
        if call.version >= .v1_42, let name = call.text("signal"), !name.isEmpty {
            let signal = try Self.signal(name)
            do { try await core.signal(record.id, signal) } catch {
                // One that ended by itself in the meantime did what was wanted.
                guard error.kind == .wrongState else { throw error }
            }
            let ended = await Deadline.within(grace) { try? await core.exit(of: record.id) }
            try await core.stop(record.id, grace: ended == nil ? .zero : grace)
        } else {
            try await core.stop(record.id, grace: grace)
        }
    }

    private static func grace(_ call: Call, _ document: ContainerDocument) throws(OxbowError) -> Duration {
        let seconds: Int
        if let text = call.text("t"), !text.isEmpty {
            guard let number = Int(text) else { throw OxbowError(.badRequest, "invalid value for \"t\": \(text)") }
            seconds = number
        } else if let own = document.config.stopTimeout {
            seconds = own
        } else {
            return standardGrace
        }
        return seconds < 0 ? endlessGrace : min(.seconds(seconds), endlessGrace)
    }

    /// A restart policy leaves a container alone that a client stopped. Remembered only where there is a policy.
    @discardableResult
    func markStopped(_ record: ContainerRecord) async throws -> ContainerDocument {
        restarts.cancel(record.id)
        var document = documents.document(of: record)
        guard !["", "no"].contains(document.hostConfig.restartPolicy.name), !document.stoppedByClient else {
            return document
        }
        document.stoppedByClient = true
        try await core.updateExtension(record.id, try DockerJSON.text(document))
        return document
    }

    /// - Throws: `.badRequest` `Invalid signal: FOO`
    static func signal(_ name: String) throws(OxbowError) -> Int32 {
        guard let signal = Signals.number(named: name) else { throw OxbowError(.badRequest, "Invalid signal: \(name)") }
        return signal
    }
}
