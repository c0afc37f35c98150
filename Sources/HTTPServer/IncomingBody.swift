import Faults
import NIOCore
import NIOHTTP1
import Synchronization

/// A request's body on its way in: what the handler reads, and what is skipped after it.
final class IncomingBody: Sendable {
    private let link: HTTPLink
    private let announced: Int?
    /// The client waits for `100 Continue`.
    private let isAwaited: Mutex<Bool>

    init(_ head: HTTPRequestHead, _ link: HTTPLink) {
        self.link = link
        announced = head.headers.first(name: "content-length").flatMap { Int($0) }
        let expects = head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
        isAwaited = Mutex(expects && head.version.minor > 0)
    }

    var forHandler: RequestBody { RequestBody(announced: announced) { try await self.next() } }

    private func next() async throws -> ByteBuffer? {
        let mustInvite = isAwaited.withLock { awaited in
            defer { awaited = false }
            return awaited
        }
        if mustInvite { try await link.write([ResponseHead.goOn]) }
        switch await link.next() {
        case .body(let bytes): return bytes
        case .end: return nil
        case .cancelled: throw CancellationError()
        case .closed: throw OxbowError(.cancelled, "connection: closed by the client")
        case .fault(.cutShort): throw OxbowError(.badRequest, "request body: shorter than announced")
        case .fault(.tooSlow): throw OxbowError(.tooLate, "request body: the client took too long")
        case .fault, .head, .raw: throw OxbowError(.badRequest, "request body: malformed")
        }
    }

    /// Whether the connection can go on after the answer though not all of the body was read.
    func canSkip() async -> Bool {
        // A client that was never invited may send the body, or not: nobody can tell what comes next.
        if isAwaited.withLock({ $0 }) { return await isRead }
        let limit = link.limits.skippedBytes
        return await link.connection.onLoop { connection in
            connection.isRequestRead || connection.boundary.bytesLeft.map { $0 <= limit } ?? false
        }
    }

    private var isRead: Bool {
        get async { await link.connection.onLoop { $0.isRequestRead } }
    }

    /// Reads what the handler left.
    /// - Returns: false when that was too much.
    func skip() async throws -> Bool {
        var skipped = 0
        while await !isRead {
            guard skipped <= link.limits.skippedBytes else { return false }
            skipped += try await next()?.readableBytes ?? 0
        }
        return true
    }
}
