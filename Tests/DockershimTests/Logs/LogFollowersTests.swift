import CRI
import CRIServer
import DockerAPI
import Faults
import GRPC
import Linux
import NIOCore
import Synchronization
import Testing

@testable import Dockershim

/// A daemon with one container whose log is told as a test wants.
private final class LoggingDaemon: DockerTransport {
    let endpoint = "unix:///logging.sock"
    let path: String
    /// What each request for the log answers, one after the other; the last one stays.
    private let streams: Mutex<[Stream]>
    private let asked = Mutex<[String]>([])
    private let running = Mutex(true)

    enum Stream: Sendable {
        /// All of it, and the end.
        case told([UInt8])
        /// A part of it, and then the connection breaks.
        case broken([UInt8])
        /// Nothing, for ever.
        case silent
        case refused(Int, String)
    }

    init(path: String, _ streams: [Stream]) {
        self.path = path
        self.streams = Mutex(streams)
    }

    var logQueries: [String] { asked.withLock { $0 } }
    func end() { running.withLock { $0 = false } }

    func exchange(_ request: DockerRequest, bodyLimit: Int) async throws(DockerFailure) -> DockerAnswer {
        if request.path == "/_ping" { return DockerAnswer(status: 200, headers: [.init("Api-Version", "1.41")]) }
        let isRunning = running.withLock { $0 }
        switch (request.method, request.path.split(separator: "/").last) {
        case ("GET", "json") where request.path.hasSuffix("/containers/json"):
            var summary = Sample.summary("c1")
            summary.state = isRunning ? "running" : "exited"
            summary.labels?[DockerLabels.logPath] = path
            return .json([summary])
        case ("GET", "json"):
            return .json(
                Sample.inspect("c1", running: isRunning) { inspect in
                    inspect.config.labels?[DockerLabels.logPath] = self.path
                })
        default: return Sample.answer(request)
        }
    }

    func stream(
        _ request: DockerRequest, receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> DockerAnswer {
        asked.withLock { $0.append(request.target) }
        let next = streams.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        switch next {
        case .told(let bytes): try await receive(ByteBuffer(bytes: bytes))
        case .broken(let bytes):
            try await receive(ByteBuffer(bytes: bytes))
            throw DockerFailure.malformed("connection reset")
        case .silent:
            await Waiting.untilCancelled()
            throw DockerFailure.cancelled
        case .refused(let status, let message): return .refusal(status, message)
        }
        return DockerAnswer(status: 200)
    }

    func hijack(_ request: DockerRequest) async throws(DockerFailure) -> HijackAnswer { .refused(.done) }
}

@Suite struct LogFollowersTests {
    private static func entry(_ number: Int) -> [UInt8] {
        LogEntryReaderTests.frame(1, "2026-11-24T04:40:37.\(100_000_000 + number)Z line \(number)\n")
    }
    private static func entries(_ range: Range<Int>) -> [UInt8] { range.flatMap(entry) }

    /// Runs a bridge's own work beside `body`.
    /// - Parameter isPatient: whoever waits for a log to be whole waits for ever; pauses take no time.
    private func with(
        _ streams: [LoggingDaemon.Stream], clock: StandingClock = StandingClock(sleepsForever: false),
        isPatient: Bool = true,
        _ body: @escaping @Sendable (Dockershim, LoggingDaemon) async throws -> Void
    ) async throws {
        let bridge = Bridge(.current, clock: clock, ScriptedDaemon { _ in .done })
        let daemon = LoggingDaemon(path: bridge.root + "/pods/0.log", streams)
        var time = clock.value
        if isPatient {
            time.sleep = { [pause = time.sleep] duration in
                guard duration >= LogFollowers.settling else { return try await pause(duration) }
                await Waiting.untilCancelled()
                throw CancellationError()
            }
        }
        let shim = Dockershim(
            bridge.shim.configuration, transport: daemon, network: nil, clock: time, log: bridge.shim.log)
        defer { bridge.cleanUp() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await shim.run() }
            defer { group.cancelAll() }
            while !shim.logs.isRunning { await Task.yield() }
            try await body(shim, daemon)
        }
    }

    private func lines(_ daemon: LoggingDaemon) async throws -> [String] {
        try await blocking {
            String(decoding: try Files.read(daemon.path), as: UTF8.self).split(separator: "\n").map { line in
                String(line.split(separator: " ", maxSplits: 3).last ?? "")
            }
        }
    }

    private func status(_ shim: Dockershim) async throws -> CRI.ContainerState? {
        try await shim.containerStatus(ContainerStatusRequest(containerId: "c1"), .test("ContainerStatus")).status?
            .state
    }

    @Test("EXITED is told when the log is whole, over as many streams as it takes")
    func settles() async throws {
        let streams: [LoggingDaemon.Stream] = [
            .broken(Self.entries(0..<10) + Self.entry(10).dropLast(3)), .refused(500, "daemon is busy"),
            .told(Self.entries(0..<20)),
        ]
        try await with(streams) { shim, daemon async throws in
            daemon.end()
            #expect(try await status(shim) == .containerExited)
            #expect(try await lines(daemon) == (0..<20).map { "line \($0)" })
            #expect(daemon.logQueries.count == 3)
            // Once it is whole nobody asks again.
            #expect(try await status(shim) == .containerExited)
            #expect(daemon.logQueries.count == 3)
        }
    }

    @Test("a log that does not become whole is waited for once, and for so long only")
    func late() async throws {
        let clock = StandingClock(sleepsForever: false)
        try await with([.silent], clock: clock, isPatient: false) { shim, daemon async throws in
            daemon.end()
            let before = clock.now
            #expect(try await status(shim) == .containerExited)
            #expect(clock.now - before == LogFollowers.settling)
            #expect(try await status(shim) == .containerExited)
            #expect(clock.now - before == LogFollowers.settling)
        }
    }

    @Test("a daemon that cannot read logs out keeps nobody waiting")
    func unreadable() async throws {
        let refusal = LoggingDaemon.Stream.refused(501, "configured logging driver does not support reading")
        try await with([refusal]) { shim, daemon async throws in
            daemon.end()
            #expect(try await status(shim) == .containerExited)
            #expect(try await lines(daemon).isEmpty)
        }
    }

    @Test("a log whose place cannot be written fails the start, with the reason")
    func noPlace() async throws {
        try await with([.silent]) { shim, daemon async throws in
            // A file where the log's folder would be.
            let blocked = Files.parent(of: Files.parent(of: daemon.path)) + "/blocked"
            try await blocking {
                try Files.makeFolders(Files.parent(of: blocked))
                try Files.write(blocked, [])
            }
            shim.logs.announce("c2", path: blocked + "/0.log", isTerminal: false)
            let error = await #expect(throws: BridgeFailure.self) { try await shim.logs.prepare("c2") }
            #expect(error?.message.hasPrefix("log: cannot be opened: Not a directory") == true)
        }
    }
}
