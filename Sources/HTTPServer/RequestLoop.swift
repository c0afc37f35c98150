import Faults
import Logging
import NIOCore
import NIOHTTP1
import Sockets

/// Serves the requests of one connection, one after the other.
struct RequestLoop: Sendable {
    let link: HTTPLink
    let respond: @Sendable (ServerRequest) async -> ServerResponse
    let logger: Logger

    func run() async {
        while true {
            switch await link.next() {
            case .head(let head):
                guard await answer(head) else { return await linger() }
                await link.connection.onLoop { $0.nextRequest() }
            case .fault(let fault):
                await refuse(fault)
                return await linger()
            // Parts of a request that `answer` left behind do not exist: it reads to the end, or ends the connection.
            case .closed, .cancelled, .body, .end, .raw: return await linger()
            }
        }
    }

    private func linger() async { await link.connection.onLoop { $0.linger() } }

    /// - Returns: whether another request may follow.
    private func answer(_ head: HTTPRequestHead) async -> Bool {
        let body = IncomingBody(head, link)
        guard let request = ServerRequest(head, body: body.forHandler) else {
            await write(.badRequest, "malformed request target", isLast: true)
            return false
        }
        let response = await respond(request)
        let mayGoOn = await link.connection.onLoop { connection in
            head.isKeepAlive && !request.wantsUpgrade && !connection.isDraining && !connection.hasEnded
        }
        let skips = await body.canSkip()
        let isLast = !mayGoOn || !skips
        do {
            switch response {
            case .bytes(let status, let headers, let bytes):
                try await link.write(whole(head, status, headers, bytes, isLast: isLast))
            case .stream(let status, let headers, let write):
                try await stream(head, status, headers, isLast: isLast, write)
                if head.version.minor == 0 { return false }  // the end of the connection is the end of the body
            case .hijack(let status, let headers, let run):
                if try await body.skip() { try await hijack(status, headers, run) }
                return false
            }
            guard !isLast else { return false }
            return try await body.skip()
        } catch {
            note(error, head)
            return false
        }
    }

    /// A client that goes away is nobody's fault; what else a stream or a hijacked connection ends with is ours.
    private func note(_ error: any Error, _ head: HTTPRequestHead) {
        if error is CancellationError { return }
        if let error = error as? OxbowError, error.kind == .cancelled { return }
        logger.warning("\(head.method) \(head.uri): answer ended early: \(error)")
    }

    private func whole(
        _ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ByteBuffer, isLast: Bool
    ) -> [ByteBuffer] {
        let allowsBody = status.code >= 200 && status.code != 204 && status.code != 304
        var length: Int? = allowsBody ? body.readableBytes : nil
        if head.method == .HEAD, allowsBody {
            length = headers.first(name: "content-length").flatMap { Int($0) } ?? length
        }
        let framed = ResponseHead.framed(headers, length: length, isLast: isLast)
        let bytes = ResponseHead.bytes(status, framed, version: head.version)
        return head.method == .HEAD || !allowsBody ? [bytes] : [bytes, body]
    }

    private func stream(
        _ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ headers: HTTPHeaders, isLast: Bool,
        _ write: @Sendable (BodyWriter) async throws -> Void
    ) async throws {
        let inChunks = head.version.minor > 0
        let framed = ResponseHead.streamed(headers, inChunks: inChunks, isLast: isLast || !inChunks)
        try await link.write([ResponseHead.bytes(status, framed, version: head.version)])
        if head.method == .HEAD { return }
        let link = link
        try await write(
            BodyWriter { piece in
                guard piece.readableBytes > 0 else { return }  // an empty chunk would be the last
                try await link.write(
                    inChunks ? [ResponseHead.chunkSize(piece.readableBytes), piece, ResponseHead.chunkEnd] : [piece])
            })
        if inChunks { try await link.write([ResponseHead.lastChunk]) }
    }

    private func hijack(
        _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ run: @Sendable (HijackedConnection) async throws -> Void
    ) async throws {
        let link = link
        await link.connection.onLoop { $0.hijack() }
        try await link.write([ResponseHead.bytes(status, headers)])
        try await run(
            HijackedConnection {
                switch await link.next() {
                case .raw(let bytes): return bytes
                case .cancelled: throw CancellationError()
                case .closed, .fault, .head, .body, .end: return nil
                }
            } write: {
                try await link.write([$0])
            } finish: {
                await link.connection.onLoop { $0.closeOutput() }
            })
    }

    private func refuse(_ fault: RequestBoundary.Fault) async {
        switch fault {
        case .headTooLarge: await write(.requestHeaderFieldsTooLarge, "request head too large", isLast: true)
        case .malformed: await write(.badRequest, "malformed request", isLast: true)
        case .tooSlow: await write(.requestTimeout, "request took too long", isLast: true)
        case .cutShort: break  // nobody is left to be told, or knows it best
        }
    }

    private func write(_ status: HTTPResponseStatus, _ text: String, isLast: Bool) async {
        let body = ByteBuffer(string: text + "\n")
        let headers: HTTPHeaders = ["Content-Type": "text/plain; charset=utf-8"]
        let framed = ResponseHead.framed(headers, length: body.readableBytes, isLast: isLast)
        // A client that is gone needs no refusal.
        try? await link.write([ResponseHead.bytes(status, framed), body])
    }
}
