import Core
import OCI
import Testing

@Suite struct EventBroadcastTests {
    private func event(_ time: Int64) throws -> CoreEvent {
        let image = try #require(Digest("sha256:" + String(repeating: "0", count: 64)))
        let record = ContainerRecord(
            spec: ContainerSpec(image: image, process: ProcessSpec()), state: .created, overlay: OverlayPaths())
        return CoreEvent(action: .created, record: record, time: time)
    }

    @Test("every listener gets everything from the moment it listens, in order")
    func order() async throws {
        let broadcast = EventBroadcast()
        let first = broadcast.listen()
        broadcast.send(try event(1))
        let second = broadcast.listen()
        broadcast.send(try event(2))
        broadcast.finish()
        #expect(await first.reduce(into: []) { $0.append($1.time) } == [1, 2])
        #expect(await second.reduce(into: []) { $0.append($1.time) } == [2])
        #expect(!second.fellBehind)
    }

    @Test("a listener that falls behind by more than the backlog is ended, others are not")
    func slow() async throws {
        let broadcast = EventBroadcast()
        let slow = broadcast.listen()
        for time in 0...Int64(EventBroadcast.backlog) { broadcast.send(try event(time)) }
        #expect(broadcast.listenerCount == 0)
        let seen = await slow.reduce(into: [Int64]()) { $0.append($1.time) }
        #expect(seen == Array(0..<Int64(EventBroadcast.backlog)))
        #expect(slow.fellBehind)
    }

    @Test("a listener that has gone is forgotten")
    func gone() async throws {
        let broadcast = EventBroadcast()
        do {
            var iterator: CoreEvents.AsyncIterator? = broadcast.listen().makeAsyncIterator()
            broadcast.send(try event(1))
            #expect(await iterator?.next()?.time == 1)
            iterator = nil
        }
        #expect(broadcast.listenerCount == 0)
    }
}
