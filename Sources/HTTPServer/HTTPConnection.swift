import NIOCore
import NIOHTTP1
import Sockets

/// One connection: the first handler of its channel. Gives the decoder one request at a time and the connection's task
/// what it made of it, reads only when somebody waits, and writes bytes past the decoder.
///
/// Lives on the channel's event loop. Out of turn: bytes that come while nobody reads (NIO takes what is left when a
/// client half-closes) are kept for the next reader, and after the last answer they are nobody's; a second reader waits
/// behind the first.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase { case requests, raw, lingering }

    private let limits: HTTPLimits
    private var context: ChannelHandlerContext?
    private var phase = Phase.requests
    private(set) var boundary: RequestBoundary
    /// Received and not yet used.
    private var held = ByteBuffer()
    private var parts = CircularBuffer<Incoming>()
    var readers = WaitingTasks<Incoming>()
    var writers = WaitingTasks<WriteResult>()
    private var timer: Scheduled<Void>?
    private var headBegan: NIODeadline?
    /// The decoder has said that the request is over; its reader has been told.
    private var isDecoded = false
    private var isRead = false
    private(set) var hasEnded = false
    private var isOutputClosed = false
    private(set) var isDraining = false
    private var isFeeding = false

    init(limits: HTTPLimits) {
        self.limits = limits
        boundary = RequestBoundary(headLimit: limits.headBytes)
    }

    // MARK: Reading

    func read(_ wait: WaitID, _ reader: CheckedContinuation<Incoming, Never>) {
        readers.add(wait, reader, cancelled: .cancelled)
        feed()
    }

    /// All of the request has been read by its task.
    var isRequestRead: Bool { isRead }

    /// The answer is written: the next head may be read.
    func nextRequest() {
        boundary.nextRequest()
        headBegan = nil
        isDecoded = false
        isRead = false
    }

    /// Serves who waits from what is there, and reads on when that is not enough.
    private func feed() {
        guard !isFeeding else { return }
        isFeeding = true
        defer { isFeeding = false }
        timer?.cancel()
        while !readers.isEmpty {
            if let part = nextPart() {
                readers.resumeFirst(part)
            } else {
                context?.read()
                startTimer()
                return
            }
        }
    }

    /// - Returns: nil when more must be read first.
    private func nextPart() -> Incoming? {
        while true {
            if let part = parts.popFirst() {
                if case .end = part { isRead = true }
                return part
            }
            switch phase {
            case .lingering: return .closed
            case .raw where held.readableBytes > 0:
                defer { held = ByteBuffer() }
                return .raw(held)
            case .raw: return hasEnded || context == nil ? .closed : nil
            case .requests:
                if isRead { return .end }
                guard context != nil else { return .closed }
                if let fault = decodeMore() { return .fault(fault) }
                if !parts.isEmpty { continue }
                let isIdle = boundary.isAtHead && held.readableBytes == 0
                guard hasEnded || (isDraining && isIdle) else { return nil }
                return isIdle ? .closed : .fault(.cutShort)
            }
        }
    }

    /// Gives the decoder bytes until it makes something of them, or there are none.
    private func decodeMore() -> RequestBoundary.Fault? {
        do throws(RequestBoundary.Fault) {
            while parts.isEmpty, let piece = try boundary.take(from: &held) {
                context?.fireChannelRead(wrapInboundOut(piece))
                if boundary.isOver, !isDecoded { throw .malformed }
            }
            return nil
        } catch {
            return error
        }
    }

    /// From the decoder, while `decodeMore` runs.
    func decoded(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            let isChunked = head.headers.contains(name: "transfer-encoding")
            let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            boundary.headRead(isChunked ? .chunked : .length(length))
            parts.append(.head(head))
        case .body(let bytes): parts.append(.body(bytes))
        case .end:
            isDecoded = true
            parts.append(.end)
        }
    }

    /// From the decoder: what it was given is no HTTP.
    func undecodable() { parts.append(.fault(.malformed)) }

    private func startTimer() {
        guard phase == .requests, let loop = context?.eventLoop else { return }  // a hijacked connection may lie still
        let deadline: NIODeadline
        if !boundary.isAtHead {
            deadline = loop.now + TimeAmount(limits.bodyPause)
        } else if held.readableBytes == 0 {
            deadline = loop.now + TimeAmount(limits.idle)
        } else {
            // From the first byte on, however many come between.
            headBegan = headBegan ?? loop.now
            deadline = (headBegan ?? loop.now) + TimeAmount(limits.head)
        }
        timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            let isIdle = boundary.isAtHead && held.readableBytes == 0
            readers.resumeAll(isIdle ? .closed : .fault(.tooSlow))
        }
    }

    // MARK: Writing

    /// Writes and flushes; resumes once the client has taken enough of it.
    func write(_ pieces: [ByteBuffer], _ wait: WaitID, _ writer: CheckedContinuation<WriteResult, Never>) {
        guard let context, !isOutputClosed else { return writer.resume(returning: .gone) }
        for piece in pieces { context.write(wrapOutboundOut(piece), promise: nil) }
        context.flush()
        // The flush may have found the client gone.
        guard self.context != nil else { return writer.resume(returning: .gone) }
        guard !context.channel.isWritable else { return writer.resume(returning: .written) }
        writers.add(wait, writer, cancelled: .cancelled)
    }

    /// Our end, behind all that was written.
    func closeOutput() {
        guard !isOutputClosed else { return }
        isOutputClosed = true
        whenWritten { $0.close(mode: .output, promise: nil) }
    }

    /// Runs once all that was written is out, if the connection lasts that long.
    private func whenWritten(_ body: @escaping (ChannelHandlerContext) -> Void) {
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            if let context = self?.context { body(context) }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    // MARK: Ends

    /// The request is read: from now on the connection carries raw bytes.
    func hijack() { phase = .raw }

    /// The last answer is written: what the client still sends is thrown away, until its end or the limit.
    func linger() {
        guard let context else { return }
        phase = .lingering
        held = ByteBuffer()
        closeOutput()
        if hasEnded { return whenWritten { $0.close(promise: nil) } }
        context.read()
        // A client that reads slowly has as long as it likes for our last bytes.
        whenWritten { [weak self, limits] _ in
            self?.schedule(in: limits.linger) { [weak self] in self?.context?.close(promise: nil) }
        }
    }

    /// No more requests; the one at work gets `grace`.
    func drain(grace: Duration) {
        isDraining = true
        if boundary.isAtHead, held.readableBytes == 0 { readers.resumeAll(.closed) }
        schedule(in: grace) { [weak self] in self?.context?.close(promise: nil) }
    }

    private func schedule(in delay: Duration, _ body: @escaping () -> Void) {
        _ = context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay), body)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelActive(context: ChannelHandlerContext) {
        feed()  // a read that was wanted before now was lost
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .lingering else { return }
        var bytes = unwrapInboundIn(data)
        if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if phase == .lingering { context.read() } else { feed() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        hasEnded = true
        if phase == .lingering { whenWritten { $0.close(promise: nil) } } else { feed() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { writers.resumeAll(.written) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)  // a broken socket: `channelInactive` tells the tasks
    }

    private func leave() {
        context = nil
        timer?.cancel()
        writers.resumeAll(.gone)
        feed()
    }
}
