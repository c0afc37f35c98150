import Faults
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import GRPC

@Suite("Client and server over a socket", .timeLimit(.minutes(1)))
struct SocketTests {
    @Test("a unary call answers with the handler's message")
    func unary() async throws {
        try await withClient { client in
            try await client.expectEcho(ByteBuffer(string: "hello"))
            try await client.expectEcho(ByteBuffer())
        }
    }

    @Test("a streaming call delivers every message in order")
    func streaming() async throws {
        try await withClient { client in
            let seen = Mutex<[String]>([])
            try await client.serverStream("/t.T/Count", ByteBuffer(string: "1000")) { message in
                seen.withLock { $0.append(String(buffer: message)) }
            }
            #expect(seen.withLock { $0 } == (0..<1000).map { "\($0)" })
        }
    }

    @Test("16 MiB go both ways, one byte more is RESOURCE_EXHAUSTED on its own call only")
    func large() async throws {
        try await withClient { client in
            let whole = ByteBuffer(repeating: 0xa5, count: 16 << 20)
            try await client.expectEcho(whole)
            let answer = await client.status("/t.T/Large", ByteBuffer(string: "\((16 << 20) + 1)"))
            #expect(answer.code == .resourceExhausted)
            try await client.expectEcho(ByteBuffer(string: "on"))
        }
    }

    @Test("a request past the server's limit is refused from its prefix and the connection goes on")
    func largeRequest() async throws {
        var limits = GRPCLimits()
        limits.messageBytes = 1 << 20
        try await withClient(limits: limits) { client in
            for _ in 0..<3 {
                let request = ByteBuffer(repeating: 1, count: 8 << 20)
                let answer = await client.status("/t.T/Echo", request)
                #expect(answer == .tooLarge("request message", bytes: 8 << 20, limit: 1 << 20))
            }
            try await client.expectEcho(ByteBuffer(string: "on"))
        }
    }

    @Test("two hundred calls at a time each get their own answer")
    func concurrent() async throws {
        try await withClient { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let message = ByteBuffer(string: String(repeating: "\(number)", count: 1000))
                        try await client.expectEcho(message)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a failure arrives with its code and message, before and after a message")
    func failure() async throws {
        try await withClient { client in
            let early = await client.status("/t.T/Fail", ByteBuffer())
            #expect(early == GRPCStatus(.notFound, "sandbox: nötig 100%\n"))
            let late = await client.status("/t.T/FailLate", ByteBuffer())
            #expect(late == GRPCStatus(.aborted, "late"))
            let none = await client.status("/t.T/X", ByteBuffer())
            #expect(none == GRPCStatus(.unimplemented, "unknown method /t.T/X"))
        }
    }

    @Test("a unary call without an answer message is INTERNAL at our client")
    func noMessage() async throws {
        try await withClient { client in
            let answer = await client.status("/t.T/Nothing", ByteBuffer())
            #expect(answer.code == .internal)
        }
    }

    @Test("a caller that is cancelled gets CANCELLED and the handler's task is cancelled")
    func cancellation() async throws {
        let handler = TestHandler()
        try await withClient(handler) { client in
            await withTaskGroup(of: GRPCStatus.self) { group in
                group.addTask {
                    await client.status("/t.T/Forever", ByteBuffer())
                }
                await handler.started.wait()
                group.cancelAll()
                #expect(await group.next()?.code == .cancelled)
            }
            await handler.cancelled.wait()
            try await client.expectEcho(ByteBuffer(string: "on"))
        }
    }

    @Test("a deadline ends the call on both sides")
    func deadline() async throws {
        let handler = TestHandler()
        try await withClient(handler) { client in
            let answer = await client.status("/t.T/Forever", ByteBuffer(), timeout: .milliseconds(50))
            #expect(answer.code == .deadlineExceeded)
            await handler.cancelled.wait()
            let seen = try await client.unary("/t.T/Timeout", ByteBuffer(), timeout: .seconds(3))
            #expect(String(buffer: seen) == "3.0 seconds")
        }
    }

    @Test("a client that stops reading does not make the server grow")
    func backPressure() async throws {
        let handler = TestHandler()
        try await withClient(handler) { client in
            let arrived = Signal()
            let release = Signal()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Ends by what its own closure throws.
                    try? await client.serverStream("/t.T/Flood", ByteBuffer()) { (_) async throws(GRPCStatus) in
                        arrived.give()
                        await release.wait()
                        throw .withdrawn
                    }
                }
                await arrived.wait()
                // The handler stops by itself: no more is sent once the count rests.
                var before = -1
                while before != handler.sent.value {
                    before = handler.sent.value
                    try? await Task.sleep(for: .milliseconds(100))
                }
                #expect(handler.sent.value * (64 << 10) <= 6 << 20)
                release.give()
                await handler.cancelled.wait()
            }
        }
    }

    @Test("garbage instead of a preface closes that connection only")
    func garbage() async throws {
        try await withServer(TestHandler()) { path in
            let answer = try await talk(path, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            // SETTINGS, then GOAWAY (type 7) with PROTOCOL_ERROR.
            #expect(answer.contains(bytes: [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]))
            let client = GRPCClient(path: path)
            try await client.expectEcho(ByteBuffer(string: "on"))
            await client.close()
        }
    }

    @Test("nobody at the socket is UNAVAILABLE; a server that comes later is found, and found again after a restart")
    func reconnect() async throws {
        let path = temporarySocket()
        let client = GRPCClient(path: path)
        let answer = await client.status("/t.T/Echo", ByteBuffer())
        #expect(answer.code == .unavailable)
        for _ in 0..<2 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let ready = Signal()
                group.addTask { try await GRPCServer(handler: TestHandler()).run(at: path) { ready.give() } }
                await ready.wait()
                try await client.expectEcho(ByteBuffer(string: "on"))
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        await client.close()
        let late = await client.status("/t.T/Echo", ByteBuffer())
        #expect(late == GRPCStatus(.unavailable, "client: closed"))
        try FileManager.default.removeItem(atPath: String(path.dropLast("/run/t.sock".count)))
    }

    @Test("a server that ends lets calls in progress finish")
    func graceful() async throws {
        let handler = TestHandler()
        let path = temporarySocket()
        let client = GRPCClient(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ready = Signal()
            group.addTask { try await GRPCServer(handler: handler).run(at: path, grace: .seconds(30)) { ready.give() } }
            await ready.wait()
            async let answer = client.unary("/t.T/Gate", ByteBuffer(string: "kept"))
            await handler.started.wait()
            group.cancelAll()
            while FileManager.default.fileExists(atPath: path) { await Task.yield() }
            handler.gate.give()
            let kept = try await answer
            #expect(kept == ByteBuffer(string: "kept"))
            try await group.waitForAll()
        }
        await client.close()
        try FileManager.default.removeItem(atPath: String(path.dropLast("/run/t.sock".count)))
    }

    @Test("a server that ends cancels calls that outstay the grace")
    func impatient() async throws {
        let handler = TestHandler()
        let path = temporarySocket()
        let client = GRPCClient(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ready = Signal()
            group.addTask {
                try await GRPCServer(handler: handler).run(at: path, grace: .milliseconds(50)) { ready.give() }
            }
            await ready.wait()
            async let answer = client.status("/t.T/Forever", ByteBuffer())
            await handler.started.wait()
            group.cancelAll()
            await handler.cancelled.wait()
            #expect(await answer.code == .unavailable)
            try await group.waitForAll()
        }
        await client.close()
        try FileManager.default.removeItem(atPath: String(path.dropLast("/run/t.sock".count)))
    }

    @Test("a live socket is refused, a stale file is replaced, the mode is 0660")
    func socketFile() async throws {
        try await withServer(TestHandler()) { path in
            let bits = try mode(path)
            #expect(bits == 0o660)
            await #expect(throws: OxbowError.self) { try await GRPCServer(handler: TestHandler()).run(at: path) }
        }
    }
}

func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
}

/// Sends `text` and returns all that the server says until it closes.
func talk(_ path: String, _ text: String) async throws -> [UInt8] {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connect(unixDomainSocketPath: path) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
    return try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: text))
        var all: [UInt8] = []
        for try await piece in inbound { all += piece.readableBytesView }
        return all
    }
}

extension [UInt8] {
    func contains(bytes: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: bytes) }
    }
}
