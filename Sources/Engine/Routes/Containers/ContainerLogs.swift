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
        // A container that does not run will not write while it is followed.
        request.follow = request.follow && record.state == .running
        guard let reader = await logReader(record, request) else {
            throw OxbowError(.unsupported, "configured logging driver does not support reading")
        }
        var headers = HTTPHeaders()
        if call.version >= .v1_42 {
            headers.add(name: "Content-Type", value: isTerminal ? Answer.rawStreamType : Answer.multiplexedStreamType)
        }
        return .stream(status: .ok, headers: headers) { writer in
            try await reader.run { try await writer.write($0) }
        }
    }

    /// Of a log that holds all that the container has said by now; nil when none is kept.
    func logReader(_ record: ContainerRecord, _ request: LogRequest) async -> LogReader? {
        guard let paths = LogPaths(record) else { return nil }
        await logs.catchUp(record.id)
        let options = LogOptions(of: documents.document(of: record))
        return LogReader(files: LogFiles(paths: paths, count: options.files), request: request) {
            await core.container(record.id)?.state == .running
        } growth: {
            logs.growth(of: record.id)
        }
    }
}
