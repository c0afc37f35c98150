import Core
import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    /// `GET /containers/{id}/logs`
    @Sendable func containerLogs(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        let isTerminal = record.spec.process.terminal
        var request = try LogRequest(call, isTerminal: isTerminal)
        guard record.spec.log.enabled else {
            throw OxbowError(.unsupported, "configured logging driver does not support reading")
        }
        // A container that does not run will not write while it is followed.
        request.follow = request.follow && record.state == .running
        let reader = logReader(record, request)
        var headers = HTTPHeaders()
        if call.version >= .v1_42 {
            headers.add(name: "Content-Type", value: isTerminal ? Answer.rawStreamType : Answer.multiplexedStreamType)
        }
        return .stream(status: .ok, headers: headers) { writer in
            try await reader.run { try await writer.write($0) }
        }
    }

    func logReader(_ record: ContainerRecord, _ request: LogRequest) -> LogReader {
        LogReader(path: record.logPath, request: request) { await core.container(record.id)?.state == .running }
    }
}
