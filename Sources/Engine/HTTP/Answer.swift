import DockerAPI
import Faults
import HTTPServer
import NIOCore
import NIOHTTP1

/// The forms an answer takes; the engine's own headers are added by `respond`.
enum Answer {
    static let jsonType = "application/json"
    static let rawStreamType = "application/vnd.docker.raw-stream"
    static let multiplexedStreamType = "application/vnd.docker.multiplexed-stream"

    /// A JSON document and Go's line end.
    static func json(
        _ value: some Encodable, status: HTTPResponseStatus = .ok, version: APIVersion = EngineAPI.maximum
    ) throws -> ServerResponse {
        // Docker's structs are those of its own release whatever level is asked for; below 1.41 only 1.40's
        // `Capabilities` would differ, and no daemon that old is played here.
        var body = try DockerJSON.encode(value, version: max(version, .v1_41))
        body.writeString("\n")
        return .bytes(status: status, headers: ["Content-Type": jsonType], body: body)
    }

    static func empty(_ status: HTTPResponseStatus) -> ServerResponse {
        .bytes(status: status, headers: HTTPHeaders(), body: ByteBuffer())
    }

    static func error(_ status: HTTPResponseStatus, _ message: String, plain: Bool = false) -> ServerResponse {
        // An encoder that fails on one string leaves the plain form, which needs none.
        guard !plain, var body = try? DockerJSON.encode(ErrorResponse(message)) else {
            return .bytes(
                status: status, headers: ["Content-Type": "text/plain; charset=utf-8"],
                body: ByteBuffer(string: message + "\n"))
        }
        body.writeString("\n")
        return .bytes(status: status, headers: ["Content-Type": jsonType], body: body)
    }

    /// One message of a stream of JSON documents.
    static func line(_ value: some Encodable, end: String) throws -> ByteBuffer {
        var line = try DockerJSON.encode(value)
        line.writeString(end)
        return line
    }
}
