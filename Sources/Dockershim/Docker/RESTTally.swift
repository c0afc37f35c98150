import CRIServer
import DockerAPI
import Linux
package import NIOCore
import Synchronization

/// What each CRI call cost in REST calls, since the bridge began.
///
/// A REST call belongs to the CRI call in whose task it is made (`CallContext.current`), also when calls overlap.
package final class RESTTally: Sendable {
    package struct Row: Sendable, Equatable, Codable {
        /// CRI calls.
        package var calls = 0
        package var restCalls = 0
        /// Heads and bodies, both ways, without what the kernel adds. A hijacked stream counts what it carried.
        package var restBytes = 0

        enum CodingKeys: String, CodingKey {
            case calls
            case restCalls = "rest_calls"
            case restBytes = "rest_bytes"
        }
    }

    /// Where REST calls are counted that no CRI call asked for: the bridge's own start.
    package static let ownName = "(bridge)"

    private let table = Mutex<[String: Row]>([:])

    package init() {}

    package var rows: [String: Row] { table.withLock { $0 } }

    func countCall(_ method: String) {
        table.withLock { $0[method, default: Row()].calls += 1 }
    }

    func countREST(calls: Int = 1, bytes: Int) {
        let method = CallContext.current?.method ?? Self.ownName
        table.withLock { table in
            table[method, default: Row()].restCalls += calls
            table[method, default: Row()].restBytes += bytes
        }
    }

    /// `{"calls":{"RunPodSandbox":{"calls":1,"rest_bytes":9,"rest_calls":5}},"format":"oxbow.rest-tally","version":1}`
    package func document() throws -> ByteBuffer {
        try DockerJSON.encode(Document(calls: rows))
    }

    package func write(to path: String) async throws {
        let bytes = Array(try document().readableBytesView)
        try await blocking { try Files.write(path, bytes) }
    }

    private struct Document: Codable {
        var format = "oxbow.rest-tally"
        var version = 1
        var calls: [String: Row]
    }
}

extension DockerRequest {
    /// Bytes on the wire, but for headers that only the HTTP client knows.
    var wireBytes: Int {
        let line = method.utf8.count + 1 + target.utf8.count + " HTTP/1.1\r\n\r\n".utf8.count
        return line + headers.map(\.wireBytes).reduce(0, +) + (body?.readableBytes ?? 0)
    }
}

extension DockerAnswer {
    var wireBytes: Int {
        "HTTP/1.1 200 OK\r\n\r\n".utf8.count + headers.map(\.wireBytes).reduce(0, +) + body.readableBytes
    }
}

extension DockerRequest.Pair {
    fileprivate var wireBytes: Int { name.utf8.count + value.utf8.count + ": \r\n".utf8.count }
}
