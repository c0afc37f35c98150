import Faults
import Synchronization
import Testing

@testable import CNI

@Suite("One attach or detach of a pod at a time")
struct PodTurnsTests {
    /// How many are inside, and how many ever were at once.
    private final class Occupancy: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock { $0.most } }
        func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func leave() { counts.withLock { $0.now -= 1 } }
    }

    @Test("turns of one pod do not overlap, and no pod is remembered afterwards")
    func oneAtATime() async throws {
        let turns = PodTurns()
        let occupancy = Occupancy()
        try await withThrowingTaskGroup { group in
            for _ in 1...20 {
                group.addTask {
                    try await turns.run("a") { () async throws(OxbowError) in
                        occupancy.enter()
                        for _ in 1...5 { await Task.yield() }
                        occupancy.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(occupancy.most == 1)
        #expect(turns.pods.isEmpty)
    }

    @Test("a turn within another pod's turn does not wait for it")
    func differentPods() async throws {
        let turns = PodTurns()
        let inner = try await turns.run("a") { () async throws(OxbowError) in
            try await turns.run("b") { () async throws(OxbowError) in turns.pods.sorted() }
        }
        #expect(inner == ["a", "b"])
    }

    @Test("a turn that throws is over")
    func throwing() async throws {
        let turns = PodTurns()
        await #expect(throws: OxbowError.self) {
            try await turns.run("a") { () async throws(OxbowError) in throw OxbowError(.ours, "network: test") }
        }
        #expect(try await turns.run("a") { () async throws(OxbowError) in 1 } == 1)
    }
}
