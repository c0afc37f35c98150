import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import HTTPServer

/// A client that sends and reads literal bytes.
final class RawClient: Sendable {
    let channel: any Channel
    private let collector: NIOLoopBound<Collector>

    /// Gathers what comes, and hands it over when it is what somebody waits for.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var text = ByteBuffer()
        var hasEnded = false
        var waiting: (until: String?, CheckedContinuation<String, Never>)?

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            text.writeBuffer(&bytes)
            check()
        }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { end() }
        }
        func channelInactive(context: ChannelHandlerContext) { end() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
        private func end() {
            hasEnded = true
            check()
        }
        func check() {
            guard let (until, task) = waiting else { return }
            let all = String(buffer: text)
            if hasEnded {
                text.clear()
            } else {
                guard let until, let range = all.range(of: until) else { return }
                text.moveReaderIndex(forwardBy: all[..<range.upperBound].utf8.count)
                waiting = nil
                return task.resume(returning: String(all[..<range.upperBound]))
            }
            waiting = nil
            task.resume(returning: all)
        }
    }

    init(_ path: String, autoRead: Bool = true) async throws {
        let collected = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: autoRead)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let collector = Collector()
                    try channel.pipeline.syncOperations.addHandler(collector)
                    return (channel, NIOLoopBound(collector, eventLoop: channel.eventLoop))
                }
            }
        (channel, collector) = collected
    }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    func halfClose() async throws { try await channel.close(mode: .output) }

    func close() async { try? await channel.close() }

    /// What comes up to and with `until`; all there is when the server ends first.
    func read(until: String) async -> String { await wait(until) }

    /// All up to the server's end.
    func readAll() async -> String { await wait(nil) }

    private func wait(_ until: String?) async -> String {
        await withCheckedContinuation { task in
            channel.eventLoop.execute { [collector] in
                collector.value.waiting = (until, task)
                collector.value.check()
            }
        }
    }
}

/// Runs a server on a new socket while `body` runs, then ends it.
func withServer(
    limits: HTTPLimits = HTTPLimits(), grace: Duration = .seconds(5),
    respond: @escaping @Sendable (ServerRequest) async -> ServerResponse,
    _ body: @Sendable @escaping (String) async throws -> Void
) async throws {
    let folder = "/tmp/oxbow-http-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let path = folder + "/d.sock"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (ready, sayReady) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { sayReady.finish() }
            try await HTTPServer(limits: limits, respond: respond).run(at: path, grace: grace) { sayReady.finish() }
        }
        for await _ in ready {}
        try await body(path)
        group.cancelAll()
        try await group.waitForAll()
    }
    #expect(!FileManager.default.fileExists(atPath: path))
}

/// Sends `text` on a new connection, half-closes it when asked, and returns all that comes.
func talk(_ path: String, _ text: String, halfClose: Bool = false) async throws -> String {
    let client = try await RawClient(path)
    try await client.send(text)
    if halfClose { try await client.halfClose() }
    let answer = await client.readAll()
    await client.close()
    return answer
}

/// Waits for something to happen once.
final class Event: Sendable {
    private let stream: AsyncStream<Void>
    private let sender: AsyncStream<Void>.Continuation
    init() { (stream, sender) = AsyncStream.makeStream(of: Void.self) }
    func give() { sender.finish() }
    func wait() async { for await _ in stream {} }
}
