import Faults
import Synchronization
import Testing

@testable import Core

@Suite struct FlightsTests {
    /// One kind of work that is asked for by several; each time it is done, it ends with the next outcome.
    private final class Course: Sendable {
        let flights = Flights<String, Int>()
        let outcomes: [Result<Int, OxbowError>]
        let takesOver: Bool
        let begun = Latch<Void>()
        let go = Latch<Void>()
        let runs = Mutex(0)
        let asked = Mutex(0)

        init(_ outcomes: [Result<Int, OxbowError>], takesOver: Bool) {
            self.outcomes = outcomes
            self.takesOver = takesOver
        }

        func share() async -> Result<Int, OxbowError> {
            asked.withLock { $0 += 1 }
            do throws(OxbowError) {
                return .success(
                    try await flights.share("a", { _ in }, takesOver: takesOver) { _ throws(OxbowError) in
                        try await self.work()
                    })
            } catch {
                return .failure(error)
            }
        }

        private func work() async throws(OxbowError) -> Int {
            let number = runs.withLock { runs in
                defer { runs += 1 }
                return runs
            }
            begun.set(())
            _ = await go.wait()
            return try outcomes[min(number, outcomes.count - 1)].get()
        }
    }

    /// Starts a leader, and followers while it works.
    private func run(
        followers: Int, takesOver: Bool = false, _ outcomes: [Result<Int, OxbowError>]
    ) async -> (results: [Result<Int, OxbowError>], runs: Int) {
        let course = Course(outcomes, takesOver: takesOver)
        let results = await withTaskGroup(of: Result<Int, OxbowError>.self) { group in
            group.addTask { await course.share() }
            _ = await course.begun.wait()
            for _ in 0..<followers { group.addTask { await course.share() } }
            while course.asked.withLock({ $0 }) < followers + 1 { await Task.yield() }
            course.go.set(())
            return await group.reduce(into: []) { $0.append($1) }
        }
        return (results, course.runs.withLock { $0 })
    }

    @Test("followers get what the leader got, and do nothing themselves")
    func shared() async throws {
        let (results, runs) = await run(followers: 3, [.success(7), .success(8)])
        #expect(try results.map { try $0.get() }.allSatisfy { $0 == 7 || $0 == 8 })
        #expect(runs <= 2)  // one that came late begins its own
        #expect(results.count == 4)
    }

    @Test("a failure is everybody's, but a follower takes over from a leader that was withdrawn")
    func takeOver() async throws {
        let failed = await run(followers: 1, [.failure(OxbowError(.missing, "x"))])
        #expect(
            failed.results.allSatisfy { if case .failure(let error) = $0 { error.kind == .missing } else { false } })
        let withdrawn = await run(followers: 1, [.failure(OxbowError(.cancelled, "x")), .success(2)])
        #expect(withdrawn.runs == 2)
        #expect(withdrawn.results.contains { (try? $0.get()) == 2 })
    }

    @Test("a follower with another way takes over from a leader that failed")
    func anotherWay() async throws {
        let outcome = await run(followers: 1, takesOver: true, [.failure(OxbowError(.missing, "x")), .success(2)])
        #expect(outcome.runs == 2)
        #expect(outcome.results.contains { (try? $0.get()) == 2 })
    }
}
