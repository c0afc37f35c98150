import NIOCore

/// The server's side of one connection: checks requests, starts calls and keeps them within their limits.
///
/// Lives on the connection's event loop. Out of turn: bytes on a stream that is answered already are nobody's fault (the
/// client had not seen the answer yet) and dropped; a second header list that does not end the request is the peer's, and
/// resets the stream; words of a handler whose call is over are nobody's and dropped.
final class ServerConnection: StreamOwner {
    let limits: GRPCLimits
    let executor: LoopExecutor
    let transport: HTTP2Handler
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
    /// Numbers the sends that wait for room.
    var waits = 0

    /// - Parameters:
    ///   - start: runs a call that is complete; - atEnd: called once, when no more calls will start.
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
        case .headers(let stream, let fields, let isCut, let ends):
            if streams[stream] == nil {
                begin(stream, fields, isCut: isCut, ends: ends)
            } else if ends {
                requestEnded(stream)  // trailers of a request: gRPC has no use for them
            } else {
                reject(stream, .protocolError)
            }
        case .data(let stream, let bytes): take(bytes, on: stream)
        case .ended(let stream): requestEnded(stream)
        case .answered(let stream):
            // RFC 9113, section 8.1. Not together with the answer: nghttp2 would drop it in favour of the reset.
            if streams[stream]?.wantsNoMore == true { transport.reset(stream, .noError) }
        case .closed(let stream, _): closed(stream)
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
        for stream in Array(streams.keys) { closed(stream) }
        atEnd()
    }

    private func scheduleSweep() {
        sweeping = schedule(in: limits.stall) { [weak self] in
            self?.sweep()
            self?.scheduleSweep()
        }
    }

    private func endure(_ noise: FloodGuard.Noise) {
        guard !flood.permits(noise, at: executor.loop.now) else { return }
        transport.end(.enhanceYourCalm, debug: noise == .ping ? "too_many_pings" : "too many frames without a purpose")
    }

    /// Resets a stream for a fault of the peer's, which counts against it.
    private func reject(_ stream: Int32, _ reason: ResetReason) {
        transport.reset(stream, reason)
        endure(.reset)
    }

    // MARK: Requests

    private func begin(_ stream: Int32, _ fields: [HeaderField], isCut: Bool, ends: Bool) {
        let request: RequestHead
        do throws(RequestHead.Fault) {
            guard !isCut else {
                let status = GRPCStatus(.resourceExhausted, "headers: larger than \(limits.headerBytes) bytes")
                throw .refused(http: 200, status)
            }
            request = try RequestHead.read(fields)
        } catch {
            switch error {
            case .malformed: return reject(stream, .protocolError)
            case .refused(let http, let status):
                streams[stream] = ServerStream(head: CallHead(path: ""), request: nil)
                return refuse(stream, status, http: http, requestEnded: ends)
            }
        }
        guard running < limits.concurrentStreams else { return reject(stream, .refusedStream) }
        flood.dataMoved()
        let reader = RequestReader(encoding: request.encoding, limit: limits.messageBytes)
        streams[stream] = ServerStream(head: request.call, request: reader)
        if let timeout = request.call.timeout {
            streams[stream]?.deadline = schedule(in: timeout) { [weak self] in self?.deadlinePassed(stream) }
        }
        if ends { requestEnded(stream) }
    }

    private func take(_ bytes: ByteBuffer, on stream: Int32) {
        flood.dataMoved()
        guard var reader = streams[stream]?.request else { return }
        streams[stream]?.request = nil  // so that the reader's buffer has one owner while it grows
        pendingBytes -= reader.heldBytes
        do throws(GRPCStatus) {
            try reader.append(bytes)
            guard pendingBytes + reader.heldBytes <= limits.pendingBytes else {
                throw GRPCStatus(.resourceExhausted, "connection: too many request bytes at a time (\(pendingBytes))")
            }
            pendingBytes += reader.heldBytes
            streams[stream]?.request = reader
        } catch {
            refuse(stream, error, requestEnded: false)
        }
    }

    private func requestEnded(_ stream: Int32) {
        guard let reader = streams[stream]?.request, let head = streams[stream]?.head else { return }
        drop(requestOf: stream)
        do throws(GRPCStatus) {
            let message = try reader.finish()
            let call = ServerCall(head: head, message: message, stream: stream, connection: self, executor: executor)
            streams[stream]?.call = call
            running += 1
            start(call)
        } catch {
            refuse(stream, error, requestEnded: true)
        }
    }

    private func drop(requestOf stream: Int32) {
        pendingBytes -= streams[stream]?.request?.heldBytes ?? 0
        streams[stream]?.request = nil
    }

    /// Answers before the handler's time, with headers only. A request still on its way is told to stop.
    private func refuse(_ stream: Int32, _ status: GRPCStatus, http: Int = 200, requestEnded: Bool) {
        drop(requestOf: stream)
        streams[stream]?.isDone = true
        streams[stream]?.deadline?.cancel()
        var headers: HeaderList = [":status": String(http), "content-type": "application/grpc"]
        headers.append(status)
        transport.respond(stream, headers, ending: true)
        streams[stream]?.wantsNoMore = !requestEnded
    }

    /// The stream is gone: whoever works for it may stop.
    private func closed(_ stream: Int32) {
        drop(requestOf: stream)
        guard let gone = streams.removeValue(forKey: stream) else { return }
        gone.deadline?.cancel()
        for (_, continuation) in gone.waiting { continuation.resume(returning: .withdrawn) }
        gone.call?.over.give()
    }

    func noteDataMoved() { flood.dataMoved() }

    /// The handler has returned.
    func handlerReturned() { running -= 1 }

    // MARK: Ends

    private func deadlinePassed(_ stream: Int32) { giveUp(stream, .deadlinePassed) }

    /// Ends a call with `status`, whatever its handler does.
    func giveUp(_ stream: Int32, _ status: GRPCStatus) {
        guard let state = streams[stream], !state.isDone else { return }
        if state.call == nil {
            refuse(stream, status, requestEnded: state.request == nil)
        } else if transport.unsent(stream) > 0 {
            // Trailers would have to wait behind answers that nobody takes.
            streams[stream]?.isDone = true
            transport.reset(stream, .cancel)
        } else {
            end(stream, status)
        }
        resumeWaiting(stream, status)
        state.call?.over.give()
    }

    /// Takes no new calls; those at work get `grace`, then they are cancelled and the connection is closed.
    func drain(grace: Duration) {
        guard !isDraining else { return }
        isDraining = true
        transport.goAway()  // with the last stream gone, the transport closes the connection
        _ = schedule(in: grace) { [weak self] in self?.abandon() }
    }

    private func abandon() {
        for stream in Array(streams.keys) {
            giveUp(stream, GRPCStatus(.unavailable, "server: shutting down"))
        }
        transport.end(.noError)
    }

    func schedule(in delay: Duration, _ body: @escaping () -> Void) -> Scheduled<Void> {
        executor.loop.assumeIsolated().scheduleTask(in: TimeAmount(delay), body)
    }
}
