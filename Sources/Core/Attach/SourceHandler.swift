import NIOCore

/// Carries what a channel reads into an output queue, and says when it has ended.
final class SourceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How bytes say which stream they are of.
    enum Framing: Sendable {
        /// All of one stream.
        case plain(OutputChunk.Stream)
        /// conmon's packets: the first byte is 2 for standard output and 3 for standard error.
        case packets
    }
    private let queue: OutputQueue
    private let framing: Framing
    private var ended = false

    init(queue: OutputQueue, framing: Framing) {
        self.queue = queue
        self.framing = framing
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch framing {
        case .plain(let stream):
            if bytes.readableBytes > 0 { queue.push(OutputChunk(stream: stream, bytes: bytes)) }
        case .packets:
            guard let number = bytes.readInteger(as: UInt8.self), bytes.readableBytes > 0 else { return }
            queue.push(OutputChunk(stream: number == 3 ? .stderr : .stdout, bytes: bytes))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// A terminal's master reports the last slave's close as EIO; a monitor that is killed resets its sockets. Both are
    /// the end of the output.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }

    private func end() {
        guard !ended else { return }
        ended = true
        queue.sourceEnded()
    }
}
