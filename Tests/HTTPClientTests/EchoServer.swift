import Glibc
import HTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A tiny HTTP server on a unix socket that answers by path; stopped and removed by `stop`.
final class EchoServer: Sendable {
    let path: String
    private let channel: any Channel

    struct Seen: Sendable {
        var requests: [String] = []
        var connections = 0
        /// Bytes of `/flood` that the kernel has taken.
        var flooded = 0
    }

    static func start() async throws -> EchoServer {
        let path = "/tmp/oxbow-http-\(getpid())-\(UInt32.random(in: 0..<(.max))).sock"
        let seen = Holder()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let sync = channel.pipeline.syncOperations
                    try sync.addHandler(HTTPResponseEncoder())
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
                    try sync.addHandler(decoder)
                    try sync.addHandler(EchoHandler(seen: seen, decoder: decoder))
                }
            }
            .bind(unixDomainSocketPath: path).get()
        return EchoServer(path: path, channel: channel, seen: seen)
    }

    private let seen: Holder

    private init(path: String, channel: any Channel, seen: Holder) {
        self.path = path
        self.channel = channel
        self.seen = seen
    }

    var figures: Seen { seen.value.withLock { $0 } }

    func stop() async {
        try? await channel.close()
        unlink(path)
    }

    final class Holder: Sendable { let value = Mutex(Seen()) }
}

/// Starts a server for one test and stops it whatever happens.
@discardableResult
func withServer<T: Sendable>(_ body: (HTTPClient, EchoServer) async throws -> T) async throws -> T {
    let server = try await EchoServer.start()
    do {
        let result = try await body(HTTPClient(.unixSocket(path: server.path)), server)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}
