import Synchronization
import Testing

@testable import Dockershim

@Suite("Turns of one pod, and what is remembered")
struct TurnsTests {
    private final class Log: Sendable {
        private let added = Mutex<[String]>([])
        var lines: [String] { added.withLock { $0 } }
        func add(_ line: String) { added.withLock { $0.append(line) } }
    }

    @Test("two with one key never overlap, and go in the order in which they came; another key does not wait")
    func order() async throws {
        let turns = Turns()
        let log = Log()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (arrived, arrive) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await turns.run("a") {
                    arrive.yield()
                    for await _ in gate { break }
                    log.add("first")
                }
            }
            for await _ in arrived { break }
            group.addTask { try await turns.run("a") { log.add("second") } }
            try await turns.run("b") { log.add("other") }
            open.yield()
            try await group.waitForAll()
        }
        #expect(log.lines == ["other", "first", "second"])
    }

    @Test("a turn that throws lets the next one go on")
    func throwing() async throws {
        let turns = Turns()
        await #expect(throws: DockerFailure.timedOut) { try await turns.run("a") { throw DockerFailure.timedOut } }
        #expect(try await turns.run("a") { 5 } == 5)
    }

    @Test("what is remembered is fresh for its lifetime, and not a moment longer")
    func remembered() {
        var value = Remembered<Int>()
        #expect(value.fresh(at: .zero) == nil)
        value.keep(7, from: .seconds(1), for: .seconds(60))
        #expect(value.fresh(at: .seconds(60)) == 7)
        #expect(value.fresh(at: .seconds(61)) == nil)
    }

    @Test("names of images are bounded in number and forgotten at once after a pull")
    func imageNames() {
        var names = ImageNames()
        for number in 0...ImageNames.limit { names.keep(.init(tag: "\(number)"), of: "\(number)", at: .zero) }
        #expect(names.names(of: "0", at: .zero) == nil)
        #expect(names.names(of: "\(ImageNames.limit)", at: .zero)?.tag == "\(ImageNames.limit)")
        names.forgetAll()
        #expect(names.names(of: "\(ImageNames.limit)", at: .zero) == nil)
    }
}
