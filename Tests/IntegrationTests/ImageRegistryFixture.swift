import Core
import Glibc
import HTTPClient
import Linux
import Logging
import NIOCore
import NIOPosix
import OCI
import Synchronization
import TestSupport

/// Debian's docker-registry with a folder of its own, stopped and removed whatever the test did.
struct RegistryFixture: Sendable {
    let address: String
    let folder: TemporaryFolder
    var storeRoot: String { folder.appending("store") }

    static let isPossible =
        getuid() == 0 && Host.programFolders.contains { Files.exists("\($0)/docker-registry") }

    private static let nextPort = Mutex(Int.random(in: 25_000..<30_000))

    /// - Parameter password: of the user `user`; needs `htpasswd`.
    static func with(password: String? = nil, _ body: @Sendable (RegistryFixture) async throws -> Void) async throws {
        let port = nextPort.withLock { port in
            port += 1
            return port
        }
        try await TemporaryFolder.with("registry") { folder in
            let fixture = RegistryFixture(address: "127.0.0.1:\(port)", folder: folder)
            var configuration = """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: \(folder.appending("data"))}}
                http: {addr: "\(fixture.address)"}

                """
            if let password {
                let file = folder.appending("htpasswd")
                let made = try await Processes.shared.run(Command("htpasswd", ["-Bbc", file, "user", password]))
                guard made.status == .exited(0) else { throw Broken(description: "htpasswd failed") }
                configuration += "auth: {htpasswd: {realm: test, path: \(file)}}\n"
            }
            let text = configuration
            try await blocking { try Files.write(folder.appending("config.yml"), Array(text.utf8)) }
            let pid = try await Processes.shared.start(
                Command("docker-registry", ["serve", folder.appending("config.yml")]))
            let result: Result<Void, any Error>
            do {
                try await fixture.waitUntilItAnswers()
                result = .success(try await body(fixture))
            } catch {
                result = .failure(error)
            }
            try Signals.send(SIGKILL, to: pid)
            _ = await Processes.shared.wait(for: pid)
            try result.get()
        }
    }

    struct Broken: Error { let description: String }

    private func waitUntilItAnswers() async throws {
        for _ in 0..<500 {
            do {
                _ = try await HTTPClient(.network).send(HTTPRequest("GET", "http://\(address)/v2/"))
                return
            } catch {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        throw Broken(description: "docker-registry does not answer")
    }

    /// A store that has no image of a registry.
    func emptyStore() async throws -> ImageStore {
        let store = try await ImageStore.open(
            root: storeRoot, logger: Logger(label: "registry-test") { _ in SwiftLogNoOpLogHandler() })
        for image in try await store.all() { try await store.remove(image.id) }
        return store
    }

    /// Changes one byte in the middle of a blob.
    func damage(_ digest: Digest) async throws {
        let path = folder.appending("data/docker/registry/v2/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)/data")
        try await blocking {
            var bytes = try Files.read(path, limit: 64 << 20)
            bytes[bytes.count / 2] ^= 0xff
            try Files.write(path, bytes)
        }
    }
}

/// A TCP wire to a registry that counts what it carries and can be cut.
final class Wire: Sendable {
    let address: String
    private let figures: Figures
    var carried: Int { figures.state.withLock { $0.carried } }
    var cuts: Int { figures.state.withLock { $0.cuts } }

    final class Figures: Sendable {
        let state = Mutex((carried: 0, cuts: 0))
        let cutAfter: Int
        init(cutAfter: Int) { self.cutAfter = cutAfter }
    }

    private init(address: String, figures: Figures) {
        self.address = address
        self.figures = figures
    }

    /// - Parameter cutAfter: answered bytes of one connection after which it is broken off.
    static func with(
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
