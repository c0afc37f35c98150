import Core
import Faults
import Synchronization
import Testing

@Suite struct SerialQueuesTests {
    @Test("requests under one key run one at a time and in order, others beside them")
    func order() async throws {
        let queues = SerialQueues()
        let trace = Notes()
        let first = Latch<Void>()
        let entered = Latch<Void>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await queues.run("a") { () async throws(OxbowError) in
                    trace.add("a1 begins")
                    entered.set(())
                    _ = await first.wait()
                    trace.add("a1 ends")
                }
            }
            _ = await entered.wait()
            group.addTask {
                try await queues.run("a") { () async throws(OxbowError) in trace.add("a2") }
            }
            try await queues.run("b") { () async throws(OxbowError) in trace.add("b") }
            first.set(())
            try await group.waitForAll()
        }
        #expect(trace.lines == ["a1 begins", "b", "a1 ends", "a2"])
        #expect(queues.busyKeys == 0)
    }

    @Test("a failed request lets the next one in")
    func failure() async throws {
        let queues = SerialQueues()
        let error = await #expect(throws: OxbowError.self) {
            try await queues.run("a") { () async throws(OxbowError) in throw OxbowError(.missing, "gone") }
        }
        #expect(error?.message == "gone")
        #expect(try await queues.run("a") { () async throws(OxbowError) in 5 } == 5)
        #expect(queues.busyKeys == 0)
    }

    @Test("a request that is cancelled while it waits leaves the queue")
    func cancelled() async throws {
        let queues = SerialQueues()
        let (entered, gate) = (Latch<Void>(), Latch<Void>())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await queues.run("a") { () async throws(OxbowError) in
                    entered.set(())
                    _ = await gate.wait()
                }
            }
            _ = await entered.wait()
            let refusal = await withTaskGroup(of: OxbowError?.self) { inner in
                inner.addTask {
                    do throws(OxbowError) {
                        try await queues.run("a") { () async throws(OxbowError) in }
                        return nil
                    } catch { return error }
                }
                inner.cancelAll()
                return await inner.next() ?? nil
            }
            #expect(refusal?.kind == .cancelled)
            gate.set(())
            try await group.waitForAll()
        }
        #expect(queues.busyKeys == 0)
    }

    @Test("past the backlog a request is refused")
    func backlog() async throws {
        let queues = SerialQueues()
        let (entered, gate) = (Latch<Void>(), Latch<Void>())
        let refused = Notes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await queues.run("a") { () async throws(OxbowError) in
                    entered.set(())
                    _ = await gate.wait()
                }
            }
            _ = await entered.wait()
            for _ in 0...SerialQueues.backlog {
                group.addTask {
                    do throws(OxbowError) { try await queues.run("a") { () async throws(OxbowError) in } } catch {
                        refused.add(error.kind.rawValue)
                        gate.set(())
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(refused.lines == ["runtimeDown"])
    }
}

private final class Notes: Sendable {
    private let state = Mutex<[String]>([])
    var lines: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
}
