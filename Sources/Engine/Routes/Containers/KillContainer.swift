import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    /// How long a kill waits for the process to be gone.
    static let killDeadline = Duration.seconds(12)

    /// `POST /containers/{id}/kill`: SIGKILL waits for the end, other signals do not.
    @Sendable func killContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        let name = call.text("signal") ?? ""
        let signal = try name.isEmpty ? Self.fatalSignal : Self.signal(name)
        guard record.state == .running else { throw Self.notRunning(call, record.id) }
        if signal == Self.fatalSignal { try await markStopped(record) }
        do { try await core.signal(record.id, signal) } catch {
            throw error.kind == .wrongState ? Self.notRunning(call, record.id) : error
        }
        events.record(
            .container("kill", record, documents.document(of: record), at: now, attributes: ["signal": "\(signal)"]))
        if signal == Self.fatalSignal {
            let ended = await Deadline.within(Self.killDeadline) { try? await core.exit(of: record.id) }
            guard ended != nil else {
                throw OxbowError(.ours, "Cannot kill container: \(call[parameter: "id"]): it does not end")
            }
        }
        return Answer.empty(.noContent)
    }

    private static let fatalSignal: Int32 = 9

    private static func notRunning(_ call: Call, _ id: String) -> OxbowError {
        OxbowError(
            .wrongState, "Cannot kill container: \(call[parameter: "id"]): Container \(id) is not running")
    }
}
