import NIOCore

/// Carries bytes to the session and events to their owner, commands to the session and bytes to the channel.
///
/// Everything here runs on the channel's event loop. What is to be sent is collected for one turn of the loop and written
/// at once; nothing is taken from the session while the channel's own buffer is full, so that a peer that stops reading
/// stops the session too. Commands on a connection that is gone do nothing: its owner has been told.
final class HTTP2Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase { case open, ending, gone }

    /// How long the last bytes of a connection (GOAWAY) may take.
    private static let lastWords = TimeAmount.seconds(1)

    private var session: Session
    /// Let go when the connection is gone: owner and handler hold each other.
    private var owner: (any StreamOwner)?
    private var context: ChannelHandlerContext?
    private var phase = Phase.open
    private var failure: HTTP2Failure?
    private var events: [StreamEvent] = []
    private var progress: [Int32] = []
    /// Written and, usually, written out at once: then its memory is used again.
    private var output = ByteBuffer()
    private var isPumping = false
    private var isPumpDue = false
    private var isClosing = false
    /// Commands came in while pumping.
    private var hasCommands = false

    init(session: consuming Session) { self.session = session }

    func attach(_ owner: any StreamOwner) { self.owner = owner }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin() }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    private func begin() {
        owner?.connected()
        pump()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .open else { return }  // the peer's bytes after our GOAWAY concern nobody
        do {
            try session.receive(unwrapInboundIn(data))
            tellEvents()
        } catch {
            tellEvents()
            end(error.reason, error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        pump()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { pump() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)  // a broken socket: `channelInactive` tells the owner
    }

    private func leave() {
        guard phase != .gone else { return }
        phase = .gone
        context = nil
        owner?.disconnected(failure)
        owner = nil
    }

    // MARK: Commands

    func respond(_ stream: Int32, _ headers: HeaderList, ending: Bool = false) {
        command { session throws(HTTP2Failure) in try session.respond(stream, headers, ending: ending) }
    }
    func send(_ stream: Int32, _ message: ByteBuffer) {
        command { session throws(HTTP2Failure) in try session.send(stream, message) }
    }
    func finish(_ stream: Int32, trailers: HeaderList) {
        command { session throws(HTTP2Failure) in try session.finish(stream, trailers: trailers) }
    }
    func reset(_ stream: Int32, _ reason: ResetReason) {
        command { session throws(HTTP2Failure) in try session.reset(stream, reason) }
    }
    func consume(_ bytes: Int, on stream: Int32?) {
        command { session throws(HTTP2Failure) in try session.consume(bytes, on: stream) }
    }
    func goAway() {
        command { session throws(HTTP2Failure) in try session.goAway() }
    }
    /// - Returns: nil when the connection takes no calls any more.
    func request(_ headers: HeaderList, _ message: ByteBuffer) -> Int32? {
        var stream: Int32?
        command { session throws(HTTP2Failure) in stream = try session.request(headers, message) }
        return stream
    }
    func unsent(_ stream: Int32) -> Int { session.unsent(stream) }

    private func command(_ body: (inout Session) throws(HTTP2Failure) -> Void) {
        guard phase == .open else { return }
        do {
            try body(&session)
            schedulePump()
        } catch {
            end(.internalError, error)
        }
    }

    /// Sends what can be sent, says GOAWAY and closes the connection.
    func end(_ reason: ResetReason, _ failure: HTTP2Failure? = nil, debug: String = "") {
        pump()
        guard phase == .open, let context else { return }
        phase = .ending
        self.failure = failure
        // A session that cannot even say GOAWAY has nothing else to say either; the close below says the rest.
        try? session.terminate(reason, debug: debug)
        hasCommands = true  // for the pump that may have brought us here
        pump()
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.lastWords) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    // MARK: Sending

    private func schedulePump() {
        hasCommands = true
        guard !isPumpDue, !isPumping, let context else { return }
        isPumpDue = true
        context.eventLoop.assumeIsolated().execute { [self] in
            isPumpDue = false
            pump()
        }
    }

    private func pump() {
        guard !isPumping, phase != .gone, let context else { return }
        isPumping = true
        defer { isPumping = false }
        do {
            hasCommands = session.wantsWrite
            while hasCommands, context.channel.isWritable {
                hasCommands = false
                try write(context)
                tellProgress()
                tellEvents()
            }
        } catch {
            failure = failure ?? error
            context.close(promise: nil)
            return
        }
        closeWhenOver(context)
    }

    private func write(_ context: ChannelHandlerContext) throws(HTTP2Failure) {
        var wrote = false
        var hasMore = true
        while hasMore, context.channel.isWritable {
            output.clear(minimumCapacity: 256)
            hasMore = try session.drain(into: &output, limit: FlowControl.writeBytes)
            guard output.readableBytes > 0 else { break }
            context.write(wrapOutboundOut(output), promise: nil)
            wrote = true
        }
        if wrote { context.flush() }
        hasCommands = hasMore
    }

    /// Tells the owner what its peer or our sending did. It may answer with commands: they are sent in the same pump.
    private func tellEvents() {
        var events: [StreamEvent] = []
        swap(&events, &self.events)  // an owner that ends the connection brings us here again
        session.takeEvents(&events)
        for event in events where phase == .open { owner?.handle(event) }
        events.removeAll(keepingCapacity: true)
        self.events = events
    }

    private func tellProgress() {
        session.takeProgress(&progress)
        for stream in progress { owner?.progressed(stream) }
        progress.removeAll(keepingCapacity: true)
    }

    private func closeWhenOver(_ context: ChannelHandlerContext) {
        guard !isClosing, session.isOver, context.channel.isActive else { return }
        isClosing = true
        // Behind all that was written: an empty write completes after them.
        let done = context.eventLoop.makePromise(of: Void.self)
        done.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.context?.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: done)
    }
}
