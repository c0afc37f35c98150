import NIOCore
import NIOPosix
import Synchronization

/// A TCP wire to a registry that counts what it carries and can be cut.
package final class Wire: Sendable {
    package let address: String
    private let figures: Figures
    package var carried: Int { figures.state.withLock { $0.carried } }
    package var cuts: Int { figures.state.withLock { $0.cuts } }

    private final class Figures: Sendable {
        let state = Mutex((carried: 0, cuts: 0))
        let cutAfter: Int
        init(cutAfter: Int) { self.cutAfter = cutAfter }
    }

    private init(address: String, figures: Figures) {
        self.address = address
        self.figures = figures
    }

    /// - Parameter cutAfter: answered bytes of one connection after which it is broken off.
    package static func with(
        to registry: String, cutAfter: Int = .max, _ body: @Sendable (Wire) async throws -> Void
    ) async throws {
        let port = Int(registry.split(separator: ":")[1]) ?? 0
        let figures = Figures(cutAfter: cutAfter)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: true)
            .childChannelInitializer { inner in
                let ahead = ClientBootstrap(group: inner.eventLoop)
                    .channelInitializer { outer in
                        outer.eventLoop.makeCompletedFuture {
                            try outer.pipeline.syncOperations.addHandler(Relay(to: inner, figures: figures))
                        }
                    }
                    .connect(host: "127.0.0.1", port: port)
                return ahead.flatMapThrowing { outer in
                    try inner.pipeline.syncOperations.addHandler(Relay(to: outer, figures: nil))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let wire = Wire(address: "127.0.0.1:\(listener.localAddress?.port ?? 0)", figures: figures)
        let result: Result<Void, any Error>
        do { result = .success(try await body(wire)) } catch { result = .failure(error) }
        try await listener.close()
        try result.get()
    }

    private final class Relay: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let other: any Channel
        private let figures: Figures?
        private var passed = 0

        init(to other: any Channel, figures: Figures?) {
            self.other = other
            self.figures = figures
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            other.writeAndFlush(bytes, promise: nil)
            guard let figures else { return }
            passed += bytes.readableBytes
            figures.state.withLock { $0.carried += bytes.readableBytes }
            guard passed > figures.cutAfter else { return }
            figures.state.withLock { $0.cuts += 1 }
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    }
}
