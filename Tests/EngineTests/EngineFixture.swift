import Core
import DockerAPI
import HTTPServer
import Logging
import NIOCore
import NIOHTTP1
import OCI

@testable import Engine
@testable import TestSupport

/// An engine over a fake core with one image, asked as a server asks it.
struct EngineFixture: Sendable {
    static let imageID = "sha256:" + String(repeating: "ab", count: 32)

    let core: FakeCore
    let engine: Engine

    /// Runs `body` while the engine does its own work beside, and ends that afterwards.
    static func run<T: Sendable>(
        root: String = "/tmp/oxbow-engine-tests", _ body: @Sendable (EngineFixture) async throws -> T
    ) async throws -> T {
        try await TemporaryFolder.with("engine-core") { folder in
            try await run(root: root, in: folder, body)
        }
    }

    private static func run<T: Sendable>(
        root: String, in folder: TemporaryFolder, _ body: @Sendable (EngineFixture) async throws -> T
    ) async throws -> T {
        let core = FakeCore(images: [try busybox()])
        core.setFolder(folder.path)
        let engine = Engine(
            core: core, configuration: EngineConfiguration(version: "1.2.3", root: root),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let fixture = EngineFixture(core: core, engine: engine)
        return try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask {
                await engine.run()
                return nil
            }
            defer { group.cancelAll() }
            while core.broadcast.listenerCount == 0 { await Task.yield() }
            // The body is not a child: it ends the engine, not the other way round.
            return try await body(fixture)
        }
    }

    static func busybox() throws -> ImageRecord {
        var config = ImageConfig(
            environment: ["PATH=/bin", "FROM_IMAGE=1"], command: ["sh"], labels: ["from": "image"],
            architecture: "amd64",
            os: "linux", created: "2024-01-01T00:00:00Z")
        config.layerDiffIDs = [Digest("sha256:" + String(repeating: "1", count: 64))].compactMap { $0 }
        guard let id = Digest(imageID) else { throw FixtureFailure("digest") }
        return ImageRecord(
            id: id, tags: [try Reference(parsing: "busybox:latest")], config: config, size: 1000,
            createdAt: 1_700_000_000_000_000_000)
    }

    /// Asks and answers in one; `path` may have a query.
    func ask(
        _ method: HTTPMethod, _ path: String, json: String? = nil, body: ByteBuffer? = nil, upgrade: Bool = false
    ) async -> Asked {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return (name: halves[0], value: halves.count > 1 ? halves[1] : "")
        }
        var headers = HTTPHeaders()
        if json != nil { headers.add(name: "Content-Type", value: "application/json") }
        let request = ServerRequest(
            method: method, path: parts[0], query: query, headers: headers,
            body: RequestBody(body ?? json.map { ByteBuffer(string: $0) } ?? ByteBuffer()), wantsUpgrade: upgrade)
        return Asked(response: await engine.respond(request))
    }

    /// Creates a container and gives its id.
    func create(_ config: String = #"{"Image":"busybox"}"#, name: String = "") async throws -> String {
        let asked = await ask(.POST, "/v1.41/containers/create\(name.isEmpty ? "" : "?name=\(name)")", json: config)
        guard asked.status == .created else { throw FixtureFailure("\(asked.status): \(try await asked.text())") }
        return try await asked.json(ContainerCreateResponse.self).id
    }
}

struct FixtureFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// An answer, read as a client would.
struct Asked: Sendable {
    let response: ServerResponse

    var status: HTTPResponseStatus {
        switch response {
        case .bytes(let status, _, _), .stream(let status, _, _), .hijack(let status, _, _): status
        }
    }
    var headers: HTTPHeaders {
        switch response {
        case .bytes(_, let headers, _), .stream(_, let headers, _), .hijack(_, let headers, _): headers
        }
    }

    /// The whole body; a stream is read to its end.
    func text() async throws -> String {
        switch response {
        case .bytes(_, _, let body): return String(buffer: body)
        case .stream(_, _, let write):
            let collected = Collected()
            try await write(collected.writer)
            return await collected.text
        case .hijack: throw FixtureFailure("hijacked")
        }
    }
    func json<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        try DockerJSON.decode(type, from: try await text())
    }
    /// The message of an error.
    func message() async throws -> String { try await json(ErrorResponse.self).message }

    /// Talks over a hijacked connection: says `input`, half-closes, and gives what came back.
    func talk(_ input: [String] = []) async throws -> ByteBuffer {
        guard case .hijack(_, _, let run) = response else { throw FixtureFailure("not hijacked: \(status)") }
        let collected = Collected(input: input)
        try await run(collected.connection)
        return await collected.bytes
    }
}

/// What was written, and what is there to be read.
actor Collected {
    private(set) var bytes = ByteBuffer()
    private var input: [String]
    private(set) var isFinished = false
    init(input: [String] = []) { self.input = input }

    var text: String { String(buffer: bytes) }
    func append(_ piece: ByteBuffer) { bytes.writeImmutableBuffer(piece) }
    func next() -> ByteBuffer? { input.isEmpty ? nil : ByteBuffer(string: input.removeFirst()) }
    func finish() { isFinished = true }

    nonisolated var writer: BodyWriter { BodyWriter { await self.append($0) } }
    nonisolated var connection: HijackedConnection {
        HijackedConnection(
            read: { await self.next() }, write: { await self.append($0) }, finish: { await self.finish() })
    }
}

/// Frames of a multiplexed stream, as text.
func frames(_ bytes: ByteBuffer) throws -> [String] {
    var decoder = StreamFrameDecoder()
    return try decoder.receive(bytes).map { "\($0.stream):\(String(buffer: $0.payload))" }
}
