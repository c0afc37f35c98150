import NIOCore

/// One call in flight, as the client's connection keeps it: gathers messages and decides how the call ended.
final class ClientCall {
    let name: UInt64
    let isStream: Bool
    private let limit: Int
    private var reader: MessageReader
    private var messages: [ByteBuffer] = []
    /// Bytes of `messages`.
    private(set) var queuedBytes = 0
    /// Bytes received for which the server has not been given room again.
    var owedBytes = 0
    private var hasHead = false
    private(set) var end: GRPCStatus?
    var deadline: Scheduled<Void>?
    /// The caller, when it waits.
    var caller: CheckedContinuation<AnswerBatch, Never>?

    init(name: UInt64, isStream: Bool, limit: Int) {
        self.name = name
        self.isStream = isStream
        self.limit = limit
        reader = MessageReader(limit: limit)
    }

    /// The caller is to be told now: a stream's of every message, a unary call's of its end only.
    var isDue: Bool { end != nil || (isStream && !messages.isEmpty) }

    func take() -> AnswerBatch {
        defer {
            messages = []
            queuedBytes = 0
        }
        return AnswerBatch(messages: messages, end: end)
    }

    /// The first end counts.
    func finish(_ status: GRPCStatus) {
        guard end == nil else { return }
        end = status
        deadline?.cancel()
    }

    /// - Returns: whether the rest of the answer is still wanted.
    func receive(_ bytes: ByteBuffer) -> Bool {
        guard end == nil else { return false }
        guard hasHead else {
            finish(GRPCStatus(.internal, "answer: a message before its headers"))
            return false
        }
        var bytes = bytes
        do {
            while let message = try reader.next(from: &bytes) {
                messages.append(message)
                queuedBytes += message.readableBytes
            }
            guard isStream || messages.count <= 1 else {
                finish(GRPCStatus(.internal, "answer: more than one message for a unary call"))
                return false
            }
            return true
        } catch {
            switch error {
            case .tooLarge(let size): finish(.tooLarge("answer message", bytes: size, limit: limit))
            case .compressed: finish(GRPCStatus(.internal, "answer: compressed, though we offered nothing of the kind"))
            case .malformed(let flag): finish(GRPCStatus(.internal, "answer: malformed prefix (\(flag))"))
            }
            return false
        }
    }

    /// Headers, trailers, or both in one list.
    func receive(_ fields: [HeaderField], isCut: Bool, ends: Bool) {
        guard end == nil else { return }
        guard !isCut else { return finish(GRPCStatus(.resourceExhausted, "answer: too many header bytes")) }
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        if !hasHead {
            guard let http = value(":status").flatMap({ Int($0) }) else {
                return finish(GRPCStatus(.internal, "answer: no HTTP status"))
            }
            if (100..<200).contains(http), !ends { return }  // more headers follow
            hasHead = true
            let isGRPC = value("content-type")?.hasPrefix("application/grpc") == true
            if http != 200 || !isGRPC, value("grpc-status") == nil { return finish(.ofHTTP(http)) }
        }
        guard ends else { return }
        guard let number = value("grpc-status").flatMap({ Int($0) }) else {
            return finish(GRPCStatus(.unknown, "answer: trailers without grpc-status"))
        }
        let message = StatusMessage.decode(value("grpc-message") ?? "")
        let code = GRPCStatus.Code(rawValue: number) ?? .unknown
        guard code != .ok || reader.isAtBoundary else {
            return finish(GRPCStatus(.internal, "answer: ends within a message"))
        }
        finish(GRPCStatus(code, message))
    }
}
