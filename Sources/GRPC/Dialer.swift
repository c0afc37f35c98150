import NIOCore
import NIOPosix

/// Keeps a client's connection: dials when a call needs one, forgets it when it breaks. Lives on one event loop.
final class Dialer {
    private enum Phase {
        case idle
        case dialing([Waiting])
        case connected(ClientConnection)
        case closed
    }
    private struct Waiting {
        let ticket: CallTicket
        let isStream: Bool
        let deadline: NIODeadline?
        let caller: CheckedContinuation<AnswerBatch, Never>
    }

    private let path: String
    private let limits: GRPCLimits
    private let loop: any EventLoop
    private var phase = Phase.idle
    /// Connections with calls in flight, the ones that take no new calls included.
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var channels: [ObjectIdentifier: any Channel] = [:]

    init(path: String, limits: GRPCLimits, loop: any EventLoop) {
        self.path = path
        self.limits = limits
        self.loop = loop
    }

    // MARK: Calls

    func start(_ ticket: CallTicket, isStream: Bool, _ caller: CheckedContinuation<AnswerBatch, Never>) {
        guard !ticket.isWithdrawn else { return caller.resume(returning: AnswerBatch(end: .withdrawn)) }
        let deadline = ticket.timeout.map { loop.now + TimeAmount($0) }
        let waiting = Waiting(ticket: ticket, isStream: isStream, deadline: deadline, caller: caller)
        switch phase {
        case .connected(let connection): begin(waiting, on: connection)
        case .dialing(let others): phase = .dialing(others + [waiting])
        case .idle:
            phase = .dialing([waiting])
            dial()
        case .closed:
            caller.resume(returning: AnswerBatch(end: GRPCStatus(.unavailable, "client: closed")))
        }
    }

    func goOn(_ name: UInt64, _ caller: CheckedContinuation<AnswerBatch, Never>) {
        for connection in connections.values where connection.goOn(name, caller) { return }
        // Withdrawn while its caller was busy.
        caller.resume(returning: AnswerBatch(end: .withdrawn))
    }

    func cancel(_ name: UInt64) {
        for connection in connections.values where connection.cancel(name) { return }
        guard case .dialing(var waiting) = phase,
            let index = waiting.firstIndex(where: { $0.ticket.name == name })
        else { return }  // over already
        let call = waiting.remove(at: index)
        phase = .dialing(waiting)
        call.caller.resume(returning: AnswerBatch(end: .withdrawn))
    }

    /// - Parameter done: called when no connection is left.
    func close(_ done: @escaping @Sendable () -> Void) {
        if case .dialing(let waiting) = phase {
            fail(waiting, GRPCStatus(.unavailable, "client: closed"))
        }
        phase = .closed
        let ends = channels.values.map(\.closeFuture)
        for connection in connections.values { connection.close() }
        EventLoopFuture.andAllComplete(ends, on: loop).whenComplete { _ in done() }
    }

    private func begin(_ waiting: Waiting, on connection: ClientConnection) {
        if let deadline = waiting.deadline, deadline <= loop.now {
            return waiting.caller.resume(returning: AnswerBatch(end: .deadlinePassed))
        }
        connection.start(
            waiting.ticket, isStream: waiting.isStream, deadline: waiting.deadline, waiting.caller)
    }

    private func fail(_ waiting: [Waiting], _ status: GRPCStatus) {
        for call in waiting { call.caller.resume(returning: AnswerBatch(end: status)) }
    }

    // MARK: Connection

    private func dial() {
        let dialer = NIOLoopBound(self, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(limits.handshake))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try dialer.value.attach(to: channel) }
            }
            .connect(unixDomainSocketPath: path)
            .assumeIsolated()
            .whenComplete { result in self.dialed(result) }
    }

    private func attach(to channel: any Channel) throws {
        let transport = HTTP2Handler(session: try Session.make(.client, limits: limits))
        let id = ObjectIdentifier(channel)
        let connection = ClientConnection(transport, loop: loop, limits: limits) { [weak self] in self?.left(id) }
        connections[id] = connection
        channels[id] = channel
        transport.attach(connection)
        try channel.pipeline.syncOperations.addHandler(transport)
        channel.closeFuture.assumeIsolated().whenComplete { [weak self] _ in
            self?.connections[id] = nil
            self?.channels[id] = nil
        }
    }

    private func dialed(_ result: Result<any Channel, any Error>) {
        guard case .dialing(let waiting) = phase else {
            if case .success(let channel) = result { connections[ObjectIdentifier(channel)]?.close() }
            return
        }
        switch result {
        case .success(let channel):
            guard let connection = connections[ObjectIdentifier(channel)], !connection.isLeaving else { fallthrough }
            phase = .connected(connection)
            for call in waiting { begin(call, on: connection) }
        case .failure:
            phase = .idle
            fail(waiting, GRPCStatus(.unavailable, "connection: nobody answers at \(path)"))
        }
    }

    /// The connection takes no new calls: the next one dials again.
    private func left(_ id: ObjectIdentifier) {
        if case .connected(let connection) = phase, connections[id] === connection { phase = .idle }
    }
}
