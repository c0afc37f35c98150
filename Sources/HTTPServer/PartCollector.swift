import NIOCore
import NIOHTTP1

/// The last handler of the channel: hands what the decoder makes to the connection.
final class PartCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let connection: HTTPConnection
    init(_ connection: HTTPConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { connection.decoded(unwrapInboundIn(data)) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { connection.undecodable() } else { context.close(promise: nil) }
    }
}
