import Faults
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import GRPC

/// What the tests' handler does, by path.
struct TestHandler: GRPCHandler {
    /// Paths whose handler was cancelled.
    let cancelled = Signal()
    /// Given by the test, awaited by `/t.T/Gate`.
    let gate = Signal()
    let started = Signal()
    let sent = Counter()

    func answer(_ head: CallHead, message: ByteBuffer, answers: AnswerWriter) async throws(GRPCStatus) {
        switch head.path {
        case "/t.T/Echo": try await answers.send(message)
        case "/t.T/Count":
            for number in 0..<Int(String(buffer: message))! { try await answers.send(ByteBuffer(string: "\(number)")) }
        case "/t.T/Nothing": return
        case "/t.T/Authority": try await answers.send(ByteBuffer(string: head.authority))
        case "/t.T/Timeout": try await answers.send(ByteBuffer(string: "\(head.timeout.map { "\($0)" } ?? "none")"))
        case "/t.T/Fail": throw GRPCStatus(.notFound, "sandbox: nötig 100%\n")
        case "/t.T/FailLate":
            try await answers.send(message)
            throw GRPCStatus(.aborted, "late")
        case "/t.T/Large":
            try await answers.send(ByteBuffer(repeating: 7, count: Int(String(buffer: message))!))
        case "/t.T/Gate":
            started.give()
            await gate.wait()
            try await answers.send(message)
        case "/t.T/Forever":
            started.give()
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                cancelled.give()
                throw .withdrawn
            }
        case "/t.T/Flood":
            do {
                while true {
                    try await answers.send(ByteBuffer(repeating: 1, count: 64 << 10))
                    sent.add()
                }
            } catch {
                cancelled.give()
                throw error
            }
        default: throw GRPCStatus(.unimplemented, "unknown method \(head.path)")
        }
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func add() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
}

func temporarySocket() -> String { "/tmp/oxbow-grpc-\(getpid())-\(UInt32.random(in: 0 ... .max))/run/t.sock" }

/// Runs a server on a new socket while `body` runs, then ends it and checks that its file is gone.
func withServer(
    _ handler: any GRPCHandler, limits: GRPCLimits = GRPCLimits(), grace: Duration = .seconds(5),
    _ body: @Sendable @escaping (String) async throws -> Void
) async throws {
    let path = temporarySocket()
    defer { try? FileManager.default.removeItem(atPath: String(path.dropLast("/run/t.sock".count))) }
    try await withThrowingTaskGroup(of: Void.self) { group in
        let ready = Signal()
        group.addTask {
            try await GRPCServer(handler: handler, limits: limits).run(at: path, grace: grace) { ready.give() }
        }
        await ready.wait()
        do { try await body(path) } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        try await group.waitForAll()
    }
    #expect(!FileManager.default.fileExists(atPath: path))
}

func withClient(
    _ handler: any GRPCHandler = TestHandler(), limits: GRPCLimits = GRPCLimits(), grace: Duration = .seconds(5),
    _ body: @Sendable @escaping (GRPCClient) async throws -> Void
) async throws {
    try await withServer(handler, limits: limits, grace: grace) { path in
        let client = GRPCClient(path: "unix://" + path)
        do { try await body(client) } catch {
            await client.close()
            throw error
        }
        await client.close()
    }
}

extension GRPCClient {
    /// The status that a call ends with.
    func status(_ path: String, _ message: ByteBuffer, timeout: Duration? = nil) async -> GRPCStatus {
        do {
            _ = try await unary(path, message, timeout: timeout)
            return GRPCStatus(.ok)
        } catch {
            return error
        }
    }

    func expectEcho(_ message: ByteBuffer, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let answer = try await unary("/t.T/Echo", message)
        #expect(answer == message, sourceLocation: sourceLocation)
    }
}
