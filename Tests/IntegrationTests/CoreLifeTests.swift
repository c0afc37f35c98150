import Core
import Faults
import Linux
import NIOCore
import TestSupport
import Testing

@Suite(.enabled(if: Host.canRunContainers, "needs root, crun and conmon"), .timeLimit(.minutes(2)))
struct CoreLifeTests {
    @Test("a container's output is in its log in the CRI's format, and its exit code is known")
    func output() async throws {
        try await CoreFixture.with("life-output") { fixture in
            let record = try await fixture.run(fixture.shell("echo hello; echo oops >&2; exit 3"))
            #expect(record.state == .exited)
            #expect(record.exitCode == 3)
            #expect(record.startedAt > record.createdAt && record.finishedAt >= record.startedAt)
            let log = try await blocking { String(decoding: try Files.read(record.logPath), as: UTF8.self) }
            let lines = log.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.contains { $0.hasSuffix(" stdout F hello") })
            #expect(lines.contains { $0.hasSuffix(" stderr F oops") })
            #expect(lines.allSatisfy { Timestamp(rfc3339: String($0.prefix { $0 != " " })) != nil })
        }
    }

    @Test("a program that does not exist fails the start and leaves the container created, with the reason")
    func missingProgram() async throws {
        try await CoreFixture.with("life-missing") { fixture in
            let record = try await fixture.core.create(fixture.spec(["/bin/nonesuch"]))
            let error = await #expect(throws: OxbowError.self) { try await fixture.core.start(record.id) {} }
            #expect(error?.kind == .badRequest)
            #expect(error?.message.contains("/bin/nonesuch") == true)
            let after = await fixture.core.container(record.id)
            #expect(after?.state == .created)
            #expect(after?.startError == error?.message)
            #expect(after?.startedAt == 0)
            try await fixture.core.remove(record.id, force: false)
            try await fixture.expectNothingLeft()
        }
    }

    @Test("stop lets the process end by itself within the grace period")
    func gracefulStop() async throws {
        try await CoreFixture.with("life-grace") { fixture in
            let record = try await fixture.core.create(
                fixture.shell("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done"))
            try await fixture.core.start(record.id) {}
            try await waitFor { try await fixture.output(record).contains("ready") }
            try await fixture.core.stop(record.id, grace: .seconds(20))
            let after = try await fixture.core.exit(of: record.id)
            #expect(after.exitCode == 7)
            #expect(try await fixture.output(after) == "ready\nbye\n")
            // A second stop has nothing to do.
            try await fixture.core.stop(record.id, grace: .seconds(20))
        }
    }

    @Test("stop kills a process that ignores its signal, and the exit code is 137")
    func killAfterGrace() async throws {
        try await CoreFixture.with("life-kill") { fixture in
            let record = try await fixture.core.create(fixture.spec(["/bin/sleep", "1000"]))
            try await fixture.core.start(record.id) {}
            // As PID 1 without a handler, sleep does not see SIGTERM.
            try await fixture.core.stop(record.id, grace: .milliseconds(200))
            #expect(try await fixture.core.exit(of: record.id).exitCode == 137)
        }
    }

    @Test("a signal reaches the process; an exited container takes none")
    func signals() async throws {
        try await CoreFixture.with("life-signal") { fixture in
            let record = try await fixture.core.create(
                fixture.shell("trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done"))
            try await fixture.core.start(record.id) {}
            try await waitFor { try await fixture.output(record).contains("ready") }
            try await fixture.core.signal(record.id, 10)
            #expect(try await fixture.core.exit(of: record.id).exitCode == 42)
            let error = await #expect(throws: OxbowError.self) { try await fixture.core.signal(record.id, 15) }
            #expect(error?.kind == .wrongState)
        }
    }

    @Test("an exited container can be started again, with its files as it left them")
    func restart() async throws {
        try await CoreFixture.with("life-restart") { fixture in
            let record = try await fixture.run(fixture.shell("echo x >> /tmp/runs; exit $(wc -l < /tmp/runs)"))
            #expect(record.exitCode == 1)
            for run: Int32 in 2...3 {
                try await fixture.core.start(record.id) {}
                #expect(try await fixture.core.exit(of: record.id).exitCode == run)
            }
        }
    }

    @Test("a name is one container's until it is removed or renamed")
    func names() async throws {
        try await CoreFixture.with("life-names") { fixture in
            let first = try await fixture.core.create(fixture.spec(["/bin/true"], name: "web"))
            let error = await #expect(throws: OxbowError.self) {
                try await fixture.core.create(fixture.spec(["/bin/true"], name: "web"))
            }
            #expect(error?.kind == .taken)
            #expect(error?.message.contains(first.id) == true)
            try await fixture.core.rename(first.id, to: "old")
            let second = try await fixture.core.create(fixture.spec(["/bin/true"], name: "web"))
            await #expect(throws: OxbowError.self) { try await fixture.core.rename(second.id, to: "old") }
            try await fixture.core.remove(first.id, force: false)
            try await fixture.core.rename(second.id, to: "old")
            #expect(await fixture.core.container(second.id)?.spec.name == "old")
        }
    }

    @Test("a running container is not removed without force")
    func removeRunning() async throws {
        try await CoreFixture.with("life-remove") { fixture in
            let record = try await fixture.core.create(fixture.spec(["/bin/sleep", "1000"]))
            try await fixture.core.start(record.id) {}
            let error = await #expect(throws: OxbowError.self) {
                try await fixture.core.remove(record.id, force: false)
            }
            #expect(error?.kind == .wrongState)
            try await fixture.core.remove(record.id, force: true)
            #expect(await fixture.core.container(record.id) == nil)
            // Missing is fine.
            try await fixture.core.remove(record.id, force: false)
            try await fixture.expectNothingLeft()
        }
    }

    @Test("every change is announced in order")
    func events() async throws {
        try await CoreFixture.with("life-events") { fixture in
            let events = fixture.core.events()
            let record = try await fixture.run(fixture.shell("exit 5"))
            try await fixture.core.remove(record.id, force: false)
            var seen: [String] = []
            for await event in events {
                seen.append("\(event.action.rawValue) \(event.record.state.rawValue) \(event.record.exitCode)")
                if event.action == .removed { break }
            }
            #expect(seen == ["created created 0", "started running 0", "exited exited 5", "removed exited 5"])
        }
    }

    @Test("runc runs the same container")
    func runc() async throws {
        try await CoreFixture.with("life-runc") { fixture in
            var spec = fixture.shell("echo hello; exit 3")
            spec.runtimeHandler = "runc"
            let record = try await fixture.run(spec)
            #expect(record.exitCode == 3)
            #expect(record.runtime == "runc")
            #expect(try await fixture.output(record) == "hello\n")
            var broken = fixture.spec(["/bin/nonesuch"])
            broken.runtimeHandler = "runc"
            let failing = try await fixture.core.create(broken)
            let error = await #expect(throws: OxbowError.self) { try await fixture.core.start(failing.id) {} }
            #expect(error?.message.contains("/bin/nonesuch") == true)
            for id in [record.id, failing.id] { try await fixture.core.remove(id, force: false) }
            try await fixture.expectNothingLeft()
        }
    }
}

/// Asks again until the answer is yes; the suite's time limit ends it otherwise.
func waitFor(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
}

extension CoreFixture {
    func expectNothingLeft(_ location: SourceLocation = #_sourceLocation) async throws {
        let left = try await leftovers()
        #expect(left.isEmpty, "\(left)", sourceLocation: location)
    }
}
