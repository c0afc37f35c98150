import CRI
import CRIServer
import DockerAPI
import Faults
import NIOCore
import Synchronization
import Testing

@testable import Dockershim

/// A daemon whose event streams are written beforehand: one entry a connection. After the last one a stream stays open.
private final class EventDaemon: DockerTransport {
    let endpoint = "unix:///events.sock"
    struct Connection: Sendable {
        var list: [ContainerSummary] = []
        var events: [EventMessage] = []
        /// Breaks the connection instead of ending it.
        var breaks = false
    }
    private let connections: Mutex<[Connection]>
    private let current = Mutex(Connection())
    private let sinces = Mutex<[String]>([])
    /// Whether the present connection's list was asked for.
    private let isListed = Mutex(false)

    private let waitsForLists: Bool

    /// - Parameter waitsForLists: a stream begins when the list was asked for, as if the bridge had been quick.
    init(_ connections: [Connection], waitsForLists: Bool = true) {
        self.connections = Mutex(connections)
        self.waitsForLists = waitsForLists
    }

    /// The `since` of each connection.
    var asked: [String] { sinces.withLock { $0 } }

    func exchange(_ request: DockerRequest, bodyLimit: Int) async throws(DockerFailure) -> DockerAnswer {
        if request.path == "/_ping" {
            if let next = connections.withLock({ $0.first }) { current.withLock { $0 = next } }
            return DockerAnswer(status: 200, headers: [.init("Api-Version", "1.41")])
        }
        if request.path.hasSuffix("/containers/json") {
            isListed.withLock { $0 = true }
            return .json(current.withLock { $0.list })
        }
        // Everything has gone by the time it is looked at.
        return .refusal(404, "No such container: x")
    }

    func stream(
        _ request: DockerRequest, receive: @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> DockerAnswer {
        sinces.withLock { $0.append(request.query.first { $0.name == "since" }?.value ?? "") }
        guard let connection = connections.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            await Waiting.untilCancelled()
            throw CancellationError()
        }
        // The next list is another's.
        while waitsForLists, !isListed.withLock({ $0 }) {
            try Task.checkCancellation()
            await Task.yield()
        }
        isListed.withLock { $0 = false }
        var text = ByteBuffer()
        for event in connection.events {
            text.writeImmutableBuffer(try DockerJSON.encode(event))
            text.writeString("\n")
        }
        // In two pieces, so that a line is cut.
        let half = text.readableBytes / 2
        if let first = text.readSlice(length: half), half > 0 { try await receive(first) }
        try await receive(text)
        if connection.breaks { throw DockerFailure.malformed("connection reset") }
        return DockerAnswer(status: 200)
    }

    func hijack(_ request: DockerRequest) async throws(DockerFailure) -> HijackAnswer { throw .cancelled }
}

@Suite("Events of the bridge")
struct EventTests {
    private func event(_ action: String, _ id: String, at time: Int64, code: String? = nil) -> EventMessage {
        var event = EventMessage()
        event.type = "container"
        event.action = action
        event.actor.id = id
        event.actor.attributes = summary(id, "").labels ?? [:]
        event.actor.attributes["name"] = "k8s_app_web_default_u1_3"
        if let code { event.actor.attributes["exitCode"] = code }
        event.timeNano = time
        return event
    }

    private func summary(_ id: String, _ state: String) -> ContainerSummary {
        var summary = Sample.summary(id)
        summary.state = state
        if !id.hasPrefix("s") { summary.labels?["io.kubernetes.sandbox.id"] = "s1" }
        return summary
    }

    private struct Enough: Error {}

    /// The first `count` events, as `id TYPE`.
    private func told(_ count: Int, _ daemon: EventDaemon) async throws -> [ContainerEventResponse] {
        let bridge = Bridge(.current, clock: StandingClock(sleepsForever: false), ScriptedDaemon { _ in .done })
        defer { bridge.cleanUp() }
        let shim = Dockershim(
            bridge.shim.configuration, transport: daemon, network: nil, clock: bridge.clock.value,
            log: bridge.shim.log)
        let seen = Mutex<[ContainerEventResponse]>([])
        do throws(OxbowError) {
            try await shim.getContainerEvents(GetEventsRequest(), .test("GetContainerEvents")) {
                event throws(OxbowError) in
                let isLast = seen.withLock { seen in
                    seen.append(event)
                    return seen.count == count
                }
                if isLast { throw OxbowError(.cancelled, "enough") }
            }
        } catch {
            #expect(error.kind == .cancelled)
        }
        return seen.withLock { $0 }
    }

    private func words(_ events: [ContainerEventResponse]) -> [String] {
        events.map { "\($0.containerId) \($0.containerEventType.name?.dropFirst("CONTAINER_".count) ?? "")" }
    }

    @Test("a container that has gone before it is looked at is told of all the same, with its exit code")
    func gone() async throws {
        let daemon = EventDaemon([
            .init(events: [
                event("create", "c9", at: 1), event("start", "c9", at: 2), event("die", "c9", at: 3, code: "4"),
                event("destroy", "c9", at: 5),
            ])
        ])
        let events = try await told(4, daemon)
        #expect(words(events) == ["c9 CREATED_EVENT", "c9 STARTED_EVENT", "c9 STOPPED_EVENT", "c9 DELETED_EVENT"])
        #expect(events[2].containersStatuses.map(\.exitCode) == [4])
        #expect(events[2].containersStatuses.map(\.state) == [.containerExited])
        #expect(events[2].containersStatuses.first?.metadata == ContainerMetadata(name: "app", attempt: 3))
        #expect(events[3].containersStatuses.isEmpty)
        #expect(events.map(\.createdAt) == [1, 2, 3, 5])
    }

    @Test(
        "a connection that breaks is made again from where it broke, and nothing is told twice",
        arguments: [
            true, false,
        ])
    func again(breaks: Bool) async throws {
        let time: Int64 = 1_795_494_000_000_000_100
        let daemon = EventDaemon([
            .init(events: [event("create", "c1", at: time)], breaks: breaks),
            .init(
                list: [summary("c1", "running")],
                events: [
                    event("create", "c1", at: time), event("start", "c1", at: time + 1),
                    event("die", "c1", at: time + 2, code: "0"), event("destroy", "c1", at: time + 3),
                ]),
        ])
        let events = try await told(4, daemon)
        #expect(words(events) == ["c1 CREATED_EVENT", "c1 STARTED_EVENT", "c1 STOPPED_EVENT", "c1 DELETED_EVENT"])
        #expect(daemon.asked.prefix(2) == ["1795494000.000000000", "1795494000.000000100"])
    }

    @Test("what happened while the daemon was gone is found by comparing")
    func compared() async throws {
        let daemon = EventDaemon([
            .init(list: [summary("s1", "running"), summary("c1", "running"), summary("c2", "created")], breaks: true),
            .init(list: [summary("s1", "running"), summary("c1", "exited"), summary("c3", "running")]),
        ])
        let events = try await told(4, daemon)
        #expect(words(events) == ["c3 CREATED_EVENT", "c3 STARTED_EVENT", "c1 STOPPED_EVENT", "c2 DELETED_EVENT"])
    }

    @Test("a client that takes nothing is ended at the limit")
    func slow() async throws {
        let many = (0...Int64(EventFeed.backlog)).map { event("create", "c\($0)", at: $0 + 1) }
        let daemon = EventDaemon([.init(events: many)], waitsForLists: false)
        let bridge = Bridge(.current, ScriptedDaemon { _ in .done })
        defer { bridge.cleanUp() }
        let feed = EventFeed(
            docker: DockerClient(transport: daemon, era: .current), clock: bridge.clock.value, log: bridge.shim.log)
        let (signals, input) = AsyncStream.makeStream(
            of: EventFeed.Signal.self, bufferingPolicy: .bufferingOldest(EventFeed.backlog))
        await #expect(throws: EventFeed.Overrun.self) { try await feed.run(into: input) }
        withExtendedLifetime(signals) {}
    }

    @Test("a daemon that cannot be reached at first is an error, not something to wait for")
    func unreachable() async throws {
        let daemon = ScriptedDaemon { _ throws(DockerFailure) in throw .unreachable(endpoint: "unix:///x") }
        let bridge = Bridge(.current, daemon)
        defer { bridge.cleanUp() }
        let error = await #expect(throws: OxbowError.self) {
            try await bridge.shim.getContainerEvents(GetEventsRequest(), .test("GetContainerEvents")) { _ in }
        }
        #expect(error?.kind == .runtimeDown)
    }

    @Test("the old bridge knows no events")
    func old() async throws {
        let bridge = Bridge(.dockershim120, ScriptedDaemon { Sample.answer($0) })
        defer { bridge.cleanUp() }
        let error = await #expect(throws: OxbowError.self) {
            try await bridge.shim.getContainerEvents(GetEventsRequest(), .test("GetContainerEvents")) { _ in }
        }
        #expect(error?.kind == .unsupported)
        #expect(error.map { Era.dockershim120.status($0).code } == .unimplemented)
    }

    @Test("events of one moment are read once, those of another in whatever order")
    func position() {
        var position = Position(time: 5)
        let read = [("create", "a", 5), ("create", "a", 5), ("start", "a", 5), ("start", "b", 7), ("create", "b", 6)]
            .map { action, id, time in position.advance(event(action, id, at: Int64(time))) }
        #expect(read == [true, false, true, true, true])
        #expect(position.time == 7)
    }
}
