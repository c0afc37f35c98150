import NIOCore

/// The client's side of one connection. Lives on its event loop.
///
/// Out of turn: frames of a call that is over here are nobody's fault (the server had not seen our RST_STREAM) and only
/// counted for the connection's window.
final class ClientConnection: StreamOwner {
    private let limits: GRPCLimits
    private let loop: any EventLoop
    private let transport: HTTP2Handler
    private let atEnd: () -> Void
    private var calls: [Int32: ClientCall] = [:]
    private var handshake: Scheduled<Void>?
    /// The server has sent GOAWAY, or the connection is gone: no new calls.
    private(set) var isLeaving = false

    /// - Parameter atEnd: called once, when no more calls may start here.
    init(_ transport: HTTP2Handler, loop: any EventLoop, limits: GRPCLimits, atEnd: @escaping () -> Void) {
        self.transport = transport
        self.loop = loop
        self.limits = limits
        self.atEnd = atEnd
    }

    // MARK: Calls

    func start(
        _ ticket: CallTicket, isStream: Bool, deadline: NIODeadline?,
        _ caller: CheckedContinuation<AnswerBatch, Never>
    ) {
        guard let stream = transport.request(ticket.headers, ticket.message) else {
            return caller.resume(returning: AnswerBatch(end: Self.broken(nil)))
        }
        let call = ClientCall(name: ticket.name, isStream: isStream, limit: limits.messageBytes)
        call.caller = caller
        if let deadline {
            call.deadline = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
                self?.giveUp(stream, .deadlinePassed)
            }
        }
        calls[stream] = call
    }

    /// - Returns: false when the call is not (or no longer) here.
    func goOn(_ name: UInt64, _ caller: CheckedContinuation<AnswerBatch, Never>) -> Bool {
        guard let (stream, call) = calls.first(where: { $0.value.name == name }) else { return false }
        call.caller = caller
        settle(stream)
        return true
    }

    /// - Returns: false when the call is not (or no longer) here.
    func cancel(_ name: UInt64) -> Bool {
        guard let stream = calls.first(where: { $0.value.name == name })?.key else { return false }
        giveUp(stream, .withdrawn)
        calls[stream] = nil  // its caller will not come back for the end
        return true
    }

    private func giveUp(_ stream: Int32, _ status: GRPCStatus) {
        guard calls[stream]?.end == nil else { return }
        calls[stream]?.finish(status)
        transport.reset(stream, .cancel)
        settle(stream)
    }

    func close() { transport.end(.noError) }

    // MARK: Events

    func connected() {
        handshake = loop.assumeIsolated().scheduleTask(in: TimeAmount(limits.handshake)) { [weak self] in
            self?.transport.end(.protocolError)
        }
    }

    func handle(_ event: StreamEvent) {
        switch event {
        case .headers(let stream, let fields, let isCut, let ends):
            calls[stream]?.receive(fields, isCut: isCut, ends: ends)
            if !ends, calls[stream]?.end != nil { transport.reset(stream, .cancel) }
            settle(stream)
        case .data(let stream, let bytes): take(bytes, on: stream)
        case .ended(let stream):
            calls[stream]?.finish(GRPCStatus(.unknown, "answer: ends without trailers"))
            settle(stream)
        case .closed(let stream, let reason):
            calls[stream]?.finish(.ofReset(reason))
            settle(stream)
        case .settings:
            handshake?.cancel()
            handshake = nil
        case .answered: break  // what a server does
        case .noise: break  // the server is ours to trust, and nghttp2 bounds what it makes us answer
        case .goAway(let last, _):
            leave()
            for stream in calls.keys.filter({ $0 > last }) {
                calls[stream]?.finish(GRPCStatus(.unavailable, "server: takes no more calls"))
                settle(stream)
            }
        }
    }

    func progressed(_ stream: Int32) {}

    func disconnected(_ failure: HTTP2Failure?) {
        handshake?.cancel()
        leave()
        for stream in Array(calls.keys) {
            calls[stream]?.finish(Self.broken(failure))
            settle(stream)
        }
    }

    private func leave() {
        guard !isLeaving else { return }
        isLeaving = true
        atEnd()
    }

    private func take(_ bytes: ByteBuffer, on stream: Int32) {
        transport.consume(bytes.readableBytes, on: nil)
        guard let call = calls[stream], call.end == nil else { return }
        call.owedBytes += bytes.readableBytes
        if !call.receive(bytes) { transport.reset(stream, .cancel) }
        settle(stream)
    }

    /// Gives the server room again, and the caller what there is; forgets a call whose caller knows its end.
    private func settle(_ stream: Int32) {
        guard let call = calls[stream] else { return }
        if call.isDue, let caller = call.caller {
            call.caller = nil
            caller.resume(returning: call.take())
            if call.end != nil {
                calls[stream] = nil
                return
            }
        }
        if call.owedBytes > 0, call.queuedBytes < limits.unsentBytes, call.end == nil {
            transport.consume(call.owedBytes, on: stream)
            call.owedBytes = 0
        }
    }

    private static func broken(_ failure: HTTP2Failure?) -> GRPCStatus {
        GRPCStatus(.unavailable, failure.map { "connection: \($0)" } ?? "connection: closed by the server")
    }
}
