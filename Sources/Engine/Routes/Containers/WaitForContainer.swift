import Core
import DockerAPI
import Faults
import HTTPServer
import NIOCore
import NIOHTTP1

extension Engine {
    /// What a client waits for.
    enum WaitCondition: String {
        case notRunning = "not-running"
        case nextExit = "next-exit"
        case removed
    }

    /// `POST /containers/{id}/wait`: the head is sent at once, so that a client knows it may start the container; the
    /// exit code follows.
    @Sendable func waitForContainer(_ call: Call) async throws -> ServerResponse {
        let name = call.text("condition") ?? ""
        guard let condition = name.isEmpty ? .notRunning : WaitCondition(rawValue: name) else {
            // 20.10 waited as if nothing had been said.
            if call.version < .v1_42 { return try await wait(call, .notRunning) }
            throw OxbowError(.badRequest, "invalid condition: \"\(name)\"")
        }
        // Conditions came with 1.30.
        return try await wait(call, call.version < APIVersion(1, 30) ? .notRunning : condition)
    }

    private func wait(_ call: Call, _ condition: WaitCondition) async throws -> ServerResponse {
        // Listened to before the container is looked at, so that nothing falls between.
        let changes = core.events()
        let record = try await container(of: call)
        return .stream(status: .ok, headers: ["Content-Type": Answer.jsonType]) { writer in
            // An empty piece sends the head.
            try await writer.write(ByteBuffer())
            let code = await exitCode(of: record, condition, changes)
            try await writer.write(Answer.line(WaitResponse(statusCode: Int64(code)), end: "\n"))
        }
    }

    /// - Parameter changes: what happens since before `record` was read.
    private func exitCode(
        of record: ContainerRecord, _ condition: WaitCondition, _ changes: CoreEvents
    ) async -> Int32 {
        switch condition {
        case .notRunning:
            guard record.state == .running else { return record.exitCode }
            // A container that is removed while it is waited for has ended, killed.
            return (try? await core.exit(of: record.id))?.exitCode ?? 137
        case .nextExit, .removed:
            var code = record.exitCode
            for await change in changes where change.record.id == record.id {
                switch change.action {
                case .exited:
                    code = change.record.exitCode
                    if condition == .nextExit { return code }
                case .removed: return change.record.state == .exited ? change.record.exitCode : code
                case .created, .started: break
                }
            }
            return code
        }
    }
}
