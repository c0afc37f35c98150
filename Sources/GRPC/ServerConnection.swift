import NIOCore
import Sockets

/// The server's side of one connection: checks requests, starts calls and keeps them within their limits.
///
/// Lives on the connection's event loop. Out of turn: bytes on a stream that is answered already are nobody's fault (the
/// client had not seen the answer yet) and dropped; a second header list that does not end the request is the peer's, and
/// resets the stream; words of a handler whose call is over are nobody's and dropped.
final class ServerConnection: StreamOwner {
    let limits: GRPCLimits
    let transport: HTTP2Handler
    private let executor: LoopExecutor
    private let start: (ServerCall) -> Void
    private let atEnd: () -> Void
    private var flood: FloodGuard
    private var handshake: Scheduled<Void>?
    private var sweeping: Scheduled<Void>?

    var streams: [Int32: ServerStream] = [:]
    /// Handlers that have not returned yet. Their streams may be gone already.
    private var running = 0
    /// Bytes of requests that are not complete.
    private var pendingBytes = 0
    private var isDraining = false

    /// - Parameters:
    ///   - start: runs a call whose request is complete.
    ///   - atEnd: called once, when no more calls will start.
    init(
        _ transport: HTTP2Handler, executor: LoopExecutor, limits: GRPCLimits,
        start: @escaping (ServerCall) -> Void, atEnd: @escaping () -> Void
    ) {
        self.transport = transport
        self.executor = executor
        self.limits = limits
        self.start = start
        self.atEnd = atEnd
        flood = FloodGuard(limits.noise, now: executor.loop.now)
    }

    // MARK: Events

    func connected() {
        handshake = schedule(in: limits.handshake) { [weak self] in self?.transport.end(.protocolError) }
        scheduleSweep()
    }

    func handle(_ event: StreamEvent) {
        switch event {
        case .headers(let id, let fields, let isCut, let ends):
            if let stream = streams[id] {
                guard ends else { return reject(id, .protocolError) }
                requestEnded(stream)  // trailers of a request: gRPC has no use for them
            } else {
                begin(id, fields, isCut: isCut, ends: ends)
            }
        case .data(let id, let bytes): take(bytes, on: id)
        case .ended(let id): if let stream = streams[id] { requestEnded(stream) }
        case .answered(let id):
            // RFC 9113, section 8.1. Not together with the answer: nghttp2 would drop it in favour of the reset.
            if streams[id]?.wantsNoMore == true { transport.reset(id, .noError) }
        case .closed(let id, _): closed(id)
        case .settings:
            handshake?.cancel()
            handshake = nil
        case .noise(let noise): endure(noise)
        case .goAway: break  // a client that leaves still waits for the answers to what it asked
        }
    }

    func disconnected(_ failure: HTTP2Failure?) {
        handshake?.cancel()
        sweeping?.cancel()
        for id in Array(streams.keys) { closed(id) }
        atEnd()
    }

    private func endure(_ noise: FloodGuard.Noise) {
        guard !flood.permits(noise, at: executor.loop.now) else { return }
        transport.end(.enhanceYourCalm, debug: noise == .ping ? "too_many_pings" : "too many frames without a purpose")
    }

    func dataMoved() { flood.dataMoved() }

    /// Resets a stream for a fault of the peer's, which counts against it.
    private func reject(_ id: Int32, _ reason: ResetReason) {
        transport.reset(id, reason)
        endure(.reset)
    }

    // MARK: Requests

    private func begin(_ id: Int32, _ fields: [HeaderField], isCut: Bool, ends: Bool) {
        let request: RequestHead
        do throws(RequestHead.Fault) {
            guard !isCut else {
                let status = GRPCStatus(.resourceExhausted, "headers: larger than \(limits.headerBytes) bytes")
                throw .refused(http: 200, status)
            }
            request = try RequestHead.read(fields)
        } catch {
            switch error {
            case .malformed: return reject(id, .protocolError)
            case .refused(let http, let status):
                let stream = ServerStream(id, head: CallHead(path: ""), request: nil)
                streams[id] = stream
                return refuse(stream, status, http: http, requestEnded: ends)
            }
        }
        guard running < limits.concurrentStreams else { return reject(id, .refusedStream) }
        dataMoved()
        let reader = RequestReader(encoding: request.encoding, limit: limits.messageBytes)
        let stream = ServerStream(id, head: request.call, request: reader)
        streams[id] = stream
        if let timeout = request.call.timeout {
            stream.deadline = schedule(in: timeout) { [weak self] in self?.giveUp(id, .deadlinePassed) }
        }
        if ends { requestEnded(stream) }
    }

    private func take(_ bytes: ByteBuffer, on id: Int32) {
        dataMoved()
        guard let stream = streams[id], let before = stream.request?.heldBytes else { return }
        do throws(GRPCStatus) {
            try stream.request?.append(bytes)
            pendingBytes += (stream.request?.heldBytes ?? 0) - before
            guard pendingBytes <= limits.pendingBytes else {
                throw GRPCStatus(.resourceExhausted, "connection: too many request bytes at a time (\(pendingBytes))")
            }
        } catch {
            refuse(stream, error, requestEnded: false)
        }
    }

    private func requestEnded(_ stream: ServerStream) {
        guard let reader = stream.request else { return }
        dropRequest(of: stream)
        do throws(GRPCStatus) {
            let message = try reader.finish()
            let call = ServerCall(stream, message: message, connection: self, executor: executor)
            stream.call = call
            running += 1
            start(call)
        } catch {
            refuse(stream, error, requestEnded: true)
        }
    }

    private func dropRequest(of stream: ServerStream) {
        pendingBytes -= stream.request?.heldBytes ?? 0
        stream.request = nil
    }

    /// Answers before the handler's time, with headers only. A request still on its way is told to stop.
    private func refuse(_ stream: ServerStream, _ status: GRPCStatus, http: Int = 200, requestEnded: Bool) {
        dropRequest(of: stream)
        stream.isDone = true
        stream.wantsNoMore = !requestEnded
        stream.deadline?.cancel()
        var headers: HeaderList = [":status": String(http), "content-type": "application/grpc"]
        headers.append(status)
        transport.respond(stream.id, headers, ending: true)
    }

    private func closed(_ id: Int32) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        dropRequest(of: stream)
        stream.release(.withdrawn)
    }

    /// The handler has returned.
    func handlerReturned() { running -= 1 }

    // MARK: Ends

    /// Ends a call with `status`, whatever its handler does.
    func giveUp(_ id: Int32, _ status: GRPCStatus) {
        guard let stream = streams[id], !stream.isDone else { return }
        if stream.call == nil {
            refuse(stream, status, requestEnded: false)
        } else if transport.unsent(id) > 0 {
            abort(stream)  // trailers would have to wait behind answers that nobody takes
        } else {
            end(stream, status)
        }
        stream.release(status)
    }

    /// Ends a call without a status.
    func abort(_ stream: ServerStream) {
        stream.isDone = true
        transport.reset(stream.id, .cancel)
    }

    /// Takes no new calls; those at work get `grace`, then they are cancelled and the connection is closed.
    func drain(grace: Duration) {
        guard !isDraining else { return }
        isDraining = true
        transport.goAway()  // with the last stream gone, the transport closes the connection
        _ = schedule(in: grace) { [weak self] in self?.abandon() }
    }

    private func abandon() {
        for id in Array(streams.keys) { giveUp(id, GRPCStatus(.unavailable, "server: shutting down")) }
        transport.end(.noError)
    }

    /// Looks after the calls whose client takes nothing, as long as the connection lasts.
    private func scheduleSweep() {
        sweeping = schedule(in: limits.stall) { [weak self] in
            self?.sweep()
            self?.scheduleSweep()
        }
    }

    private func schedule(in delay: Duration, _ body: @escaping () -> Void) -> Scheduled<Void> {
        executor.loop.assumeIsolated().scheduleTask(in: TimeAmount(delay), body)
    }
}
