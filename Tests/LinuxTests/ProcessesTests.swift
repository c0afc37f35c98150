import Glibc
import Testing

@testable import Linux

@Suite("Starting programs and learning of their end")
struct ProcessesTests {
    private func shell(_ script: String, input: String = "", deadline: Duration = .seconds(20), limit: Int = 1 << 20)
        async throws -> CommandResult
    {
        try await Processes.shared.run(
            Command("/bin/sh", ["-c", script]), input: Array(input.utf8), deadline: deadline, outputLimit: limit)
    }

    @Test("output, errors and exit code come back")
    func output() async throws {
        let result = try await shell("cat; echo wrong >&2; exit 3", input: "in")
        #expect(result.status == .exited(3))
        #expect(result.output == Array("in".utf8))
        #expect(result.errors == Array("wrong\n".utf8))
    }

    @Test("a program that kills itself is told apart from one that exits")
    func signalled() async throws {
        let result = try await shell("kill -9 $$")
        #expect(result.status == .signalled(9))
        #expect(result.status.code == 137)
    }

    @Test("nothing is inherited but what is named")
    func environment() async throws {
        let result = try await shell("echo $HOME$PATH")
        #expect(result.output == Array("\(Command.path.dropFirst(5))\n".utf8))
    }

    @Test("past its deadline a program and its children are killed")
    func deadline() async throws {
        let failure = await #expect(throws: SpawnFailure.self) {
            try await shell("sleep 1000 & sleep 1000", deadline: .milliseconds(50))
        }
        #expect(failure?.reason == .deadline)
    }

    @Test("a program that prints for ever is stopped and refused")
    func outputLimit() async throws {
        let failure = await #expect(throws: SpawnFailure.self) { try await shell("yes", limit: 4096) }
        #expect(failure?.reason == .outputLimit)
    }

    @Test("cancelling the task kills the program")
    func cancellation() async throws {
        let task = Task { try await shell("sleep 1000") }
        task.cancel()
        let failure = await #expect(throws: SpawnFailure.self) { try await task.value }
        #expect(failure?.reason == .cancelled)
    }

    @Test("what takes back a cancelled request runs to its end, or to its deadline")
    func survivesCancellation() async throws {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            let command = Command("/bin/sh", ["-c", "sleep 0.05; echo done"])
            let result = try await Processes.shared.run(command, survivesCancellation: true)
            let slow = await #expect(throws: SpawnFailure.self) {
                try await Processes.shared.run(
                    Command("/bin/sleep", ["1000"]), deadline: .milliseconds(50), survivesCancellation: true)
            }
            return (result.output, slow?.reason)
        }
        task.cancel()
        let (output, slow) = try await task.value
        #expect(output == Array("done\n".utf8))
        #expect(slow == .deadline)
    }

    @Test("a text with a zero byte is refused, not cut")
    func zeroByte() async throws {
        let failure = await #expect(throws: SpawnFailure.self) {
            try await Processes.shared.run(Command("/bin/echo", ["a\0b"]))
        }
        #expect(failure?.reason == .errno(EINVAL))
    }

    @Test("a program that does not exist is not found, by path or by name", arguments: ["/no/such", "no-such-program"])
    func notFound(program: String) async throws {
        let failure = await #expect(throws: SpawnFailure.self) { try await Processes.shared.run(Command(program, [])) }
        #expect(failure?.reason == .notFound)
    }

    @Test("descriptors are passed by number, even where numbers collide")
    func descriptors() async throws {
        var pipes: [Int32] = [0, 0]
        #expect(pipe(&pipes) == 0)
        // The child's 3 is our write end, and its 4 our read end, whatever our own numbers are.
        let command = Command(
            "/bin/sh", ["-c", "echo through >&3; exec 3>&-; head -n 1 <&4"],
            descriptors: [3: pipes[1], 4: pipes[0]])
        let result = try await Processes.shared.run(command)
        close(pipes[0])
        close(pipes[1])
        #expect(result.output == Array("through\n".utf8))
    }

    @Test("a descriptor that a library left open on exec is not inherited, between the named ones or above")
    func strayDescriptors() async throws {
        // Numbers that nothing else in this process uses: the kernel chooses them, as low as these.
        let below = fcntl(1, F_DUPFD, 300)
        let above = fcntl(1, F_DUPFD, 400)
        defer { for number in [below, above] { close(number) } }
        try #require(below >= 300 && above >= 400)
        let named: Int32 = 350
        let result = try await Processes.shared.run(
            Command(
                "/bin/sh", ["-c", "for n in \(below) \(named) \(above); do test -e /proc/$$/fd/$n && echo $n; done"],
                descriptors: [named: 1]))
        #expect(result.output == Array("\(named)\n".utf8))
    }

    @Test("waiting for the end of a process stops with the task")
    func endCancelled() async throws {
        let child = try await Processes.shared.start(Command("/bin/sleep", ["1000"]))
        let facts = try #require(ProcessFacts.read(child))
        let task = Task { await Processes.shared.end(of: child, startTime: facts.startTime) }
        task.cancel()
        await task.value
        #expect(try Signals.send(SIGKILL, to: child))
        #expect(await Processes.shared.wait(for: child) == .signalled(SIGKILL))
    }

    @Test("the end of a process is seen by somebody who is not its parent")
    func endOfStranger() async throws {
        let child = try await Processes.shared.start(Command("/bin/sleep", ["1000"]))
        let facts = try #require(ProcessFacts.read(child))
        async let end: Void = Processes.shared.end(of: child, startTime: facts.startTime)
        #expect(try Signals.send(SIGTERM, to: child))
        await end
        #expect(await Processes.shared.wait(for: child) == .signalled(SIGTERM))
        // Another process with that pid would not have that start time.
        await Processes.shared.end(of: getpid(), startTime: 1)
    }
}
