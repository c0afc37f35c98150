import Faults
import Foundation
import Linux
import NIOCore
import NIOPosix
import Testing

@testable import Sockets

@Suite("Sockets that are served", .timeLimit(.minutes(1)))
struct SocketServerTests {
    let folder = "/tmp/oxbow-sockets-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    var path: String { folder + "/a/b.sock" }

    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

    /// Serves connections that say nothing, until `body` returns.
    func serving(connections: Int = 10, _ body: @Sendable @escaping () async throws -> Void) async throws {
        let (ready, sayReady) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { sayReady.finish() }
                try await SocketServer(connections: connections).run(
                    on: ListeningSocket(try await UnixListener.open(path)), grace: .seconds(5)
                ) {
                    sayReady.finish()
                } attach: { channel in
                    SocketServer.Connection(
                        serve: { try? await channel.closeFuture.get() }, drain: { _ in channel.close(promise: nil) })
                }
            }
            for await _ in ready {}
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    func connect() async throws -> any Channel {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(unixDomainSocketPath: path)
            .get()
    }

    @Test("folders are made, the file has mode 0660 and is gone afterwards")
    func file() async throws {
        defer { removeFolder() }
        try await serving {
            let bits = try mode(path)
            #expect(bits == 0o660)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a second server is refused while the first lives, and replaces its file when it died")
    func second() async throws {
        defer { removeFolder() }
        try await serving {
            let error = await #expect(throws: OxbowError.self) { try await serving {} }
            #expect(error?.kind == .taken)
            try await connect().close()
        }
        let stale = try await UnixListener.open(path)
        close(stale.descriptor)
        #expect(FileManager.default.fileExists(atPath: path))
        try await serving { try await connect().close() }
    }

    @Test("a file that is no socket stays")
    func otherFile() async throws {
        defer { removeFolder() }
        try FileManager.default.createDirectory(atPath: folder + "/a", withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(filePath: path))
        let error = await #expect(throws: OxbowError.self) { try await serving {} }
        #expect(error?.kind == .taken)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    @Test("a file that somebody put in our file's place stays")
    func replaced() async throws {
        defer { removeFolder() }
        let listener = try await UnixListener.open(path)
        defer { close(listener.descriptor) }
        try FileManager.default.removeItem(atPath: path)
        try Data("theirs".utf8).write(to: URL(filePath: path))
        await listener.removeFile()
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test(
        "a path that cannot be a socket's is refused",
        arguments: ["", "relative.sock", "/" + String(repeating: "x", count: 107)])
    func badPath(path: String) async throws {
        let error = await #expect(throws: OxbowError.self) { try await UnixListener.open(path) }
        #expect(error?.kind == .badRequest)
    }

    @Test("three hundred clients may knock at once")
    func queue() async throws {
        defer { removeFolder() }
        try await serving(connections: 400) {
            try await withThrowingTaskGroup(of: (any Channel).self) { group in
                for _ in 0..<300 { group.addTask { try await connect() } }
                for try await channel in group { channel.close(promise: nil) }
            }
        }
    }

    @Test("one connection too many is closed at once, the others stay")
    func limit() async throws {
        defer { removeFolder() }
        try await serving(connections: 2) {
            var channels: [any Channel] = []
            for _ in 0..<3 { channels.append(try await connect()) }
            await withTaskGroup(of: Void.self) { group in
                // They are admitted on two loops, so it need not be the last one.
                for channel in channels { group.addTask { try? await channel.closeFuture.get() } }
                await group.next()
                #expect(channels.count { $0.isActive } == 2)
                for channel in channels { channel.close(promise: nil) }
            }
        }
    }
}
