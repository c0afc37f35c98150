import CRI
import CRIServer
import GRPC
import Logging
import NIOCore
import Synchronization

/// A client without a wire: hands a service its calls and keeps what comes back.
struct Peer {
    let service: CRIService

    enum Outcome: Equatable {
        case ok([ByteBuffer])
        case failed(GRPCStatus, after: Int)
    }

    func call(_ path: String, _ message: ByteBuffer, timeout: Duration? = nil, refusing status: GRPCStatus? = nil) async
        -> Outcome
    {
        let received = Received()
        let writer = AnswerWriter { bytes async throws(GRPCStatus) in
            if let status { throw status }
            received.append(bytes)
        }
        do {
            try await service.answer(
                CallHead(path: path, timeout: timeout, authority: ""), message: message, answers: writer)
            return .ok(received.messages)
        } catch {
            return .failed(error, after: received.messages.count)
        }
    }

    func status(_ path: String, _ message: some CRIMessage) async -> GRPCStatus? {
        if case .failed(let status, _) = await call(path, message.encoded()) { return status }
        return nil
    }
}

final class Received: Sendable {
    private let list = Mutex<[ByteBuffer]>([])
    var messages: [ByteBuffer] { list.withLock { $0 } }
    func append(_ bytes: ByteBuffer) { list.withLock { $0.append(bytes) } }
}

/// Keeps log lines as `level text key=value …`.
struct Lines: LogHandler {
    final class Kept: Sendable {
        private let list = Mutex<[String]>([])
        var lines: [String] { list.withLock { $0 } }
        func append(_ line: String) { list.withLock { $0.append(line) } }
    }
    let kept: Kept
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        kept.append((["\(event.level)", "\(event.message)"] + pairs).joined(separator: " "))
    }

    static func logger(_ kept: Kept, level: Logger.Level = .info) -> Logger {
        Logger(label: "test") { _ in Lines(kept: kept, logLevel: level) }
    }
}
