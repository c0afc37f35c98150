import DockerAPI
import NIOCore
import Synchronization

@testable import Dockershim

/// A daemon that answers as it is told and remembers what it was asked.
final class ScriptedDaemon: DockerTransport {
    typealias Script = @Sendable (DockerRequest) throws(DockerFailure) -> DockerAnswer

    let endpoint = "unix:///scripted.sock"
    private let script: Script
    private let asked = Mutex<[DockerRequest]>([])
    /// What a hijacked connection says.
    private let output: [ByteBuffer]
    private let outputEnds: Bool

    init(output: [ByteBuffer] = [], outputEnds: Bool = true, _ script: @escaping Script) {
        self.script = script
        self.output = output
        self.outputEnds = outputEnds
    }

    /// `GET /v1.41/containers/x/json`, without the ping.
    var calls: [String] {
        asked.withLock { $0.map { "\($0.method) \($0.target)" }.filter { !$0.hasSuffix("/_ping") } }
    }

    var requests: [DockerRequest] { asked.withLock { $0 } }

    func exchange(_ request: DockerRequest, bodyLimit: Int) async throws(DockerFailure) -> DockerAnswer {
        asked.withLock { $0.append(request) }
        if request.path == "/_ping" { return DockerAnswer(status: 200, headers: [.init("Api-Version", "1.41")]) }
        return try script(request)
    }

    func stream(
        _ request: DockerRequest, receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> DockerAnswer {
        asked.withLock { $0.append(request) }
        let answer = try script(request)
        if answer.succeeded { try await receive(answer.body) }
        return answer
    }

    func hijack(_ request: DockerRequest) async throws(DockerFailure) -> HijackAnswer {
        asked.withLock { $0.append(request) }
        let answer = try script(request)
        guard answer.succeeded else { return .refused(answer) }
        return .connection(ScriptedConnection(output: output, ends: outputEnds))
    }
}

private final class ScriptedConnection: HijackedConnection {
    private let output: Mutex<[ByteBuffer]>
    private let ends: Bool

    init(output: [ByteBuffer], ends: Bool) {
        self.output = Mutex(output)
        self.ends = ends
    }

    func read() async throws(DockerFailure) -> ByteBuffer? {
        if let next = output.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return next }
        if ends { return nil }
        await Waiting.untilCancelled()
        throw .cancelled
    }

    func write(_ bytes: ByteBuffer) async throws(DockerFailure) {}
    func finishWriting() async {}
    func close() async {}
}

enum Waiting {
    /// Suspends, without a clock, until the task is cancelled.
    static func untilCancelled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
    }
}

extension DockerAnswer {
    static func json(_ value: some Encodable, status: Int = 200) -> DockerAnswer {
        // Values of the tests' own making always encode.
        DockerAnswer(status: status, body: (try? DockerJSON.encode(value)) ?? ByteBuffer())
    }

    static func text(_ text: String, status: Int = 200) -> DockerAnswer {
        DockerAnswer(status: status, body: ByteBuffer(string: text))
    }

    static func refusal(_ status: Int, _ message: String) -> DockerAnswer {
        .json(ErrorResponse(message), status: status)
    }

    static let done = DockerAnswer(status: 204)
}
