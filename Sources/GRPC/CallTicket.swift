import NIOCore
import Synchronization

/// What a caller asks for.
final class CallTicket: Sendable {
    /// The call's own, for as long as the client lives.
    let name: UInt64
    let path: String
    let message: ByteBuffer
    let timeout: Duration?
    private let withdrawn = Atomic<Bool>(false)

    init(name: UInt64, path: String, message: ByteBuffer, timeout: Duration?) {
        self.name = name
        self.path = path
        self.message = message
        self.timeout = timeout
    }

    /// The caller gave up; its call may not have reached the event loop yet.
    func withdraw() { withdrawn.store(true, ordering: .releasing) }
    var isWithdrawn: Bool { withdrawn.load(ordering: .acquiring) }

    var headers: HeaderList {
        var headers = HeaderList()
        headers.reserve(HeaderList.request.bytes.count + path.utf8.count + 64)
        headers.append(":path", path)
        headers.append(HeaderList.request)
        if let timeout { headers.append("grpc-timeout", CallTimeout.format(timeout)) }
        return headers
    }
}

/// What came of a call since its caller last asked: messages, and its status once it is over.
struct AnswerBatch: Sendable {
    var messages: [ByteBuffer] = []
    var end: GRPCStatus?
}
