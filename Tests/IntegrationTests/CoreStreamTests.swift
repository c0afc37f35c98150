import Core
import Faults
import Linux
import NIOCore
import TestSupport
import Testing

@Suite(.enabled(if: Host.canRunContainers, "needs root, crun and conmon"), .timeLimit(.minutes(2)))
struct CoreStreamTests {
    /// Everything up to the end, a text for each stream.
    private func collect(_ streams: ProcessStreams) async throws -> (out: String, err: String) {
        var (out, err) = ("", "")
        while let chunk = try await streams.next() {
            switch chunk.stream {
            case .stdout: out += String(buffer: chunk.bytes)
            case .stderr: err += String(buffer: chunk.bytes)
            }
        }
        return (out, err)
    }

    private func running(_ fixture: CoreFixture) async throws -> String {
        let record = try await fixture.core.create(fixture.spec(["/bin/sleep", "1000"]))
        try await fixture.core.start(record.id) {}
        return record.id
    }

    @Test("a client attached before the start misses nothing")
    func attachBeforeStart() async throws {
        try await CoreFixture.with("stream-attach") { fixture in
            let record = try await fixture.core.create(fixture.shell("echo first; echo second >&2; exit 4"))
            let attached = Latch<ProcessStreams>()
            try await fixture.core.start(record.id) {
                if let streams = try? await fixture.core.attach(record.id, input: false) { attached.set(streams) }
            }
            let streams = try #require(attached.value)
            let (out, err) = try await collect(streams)
            #expect(out == "first\n" && err == "second\n")
            await streams.close()
            #expect(try await fixture.core.exit(of: record.id).exitCode == 4)
        }
    }

    @Test("much output arrives whole, although the reader is slow to begin")
    func muchOutput() async throws {
        try await CoreFixture.with("stream-much") { fixture in
            var spec = fixture.shell("seq 1 200000")
            spec.log.enabled = false
            let record = try await fixture.core.create(spec)
            let attached = Latch<ProcessStreams>()
            try await fixture.core.start(record.id) {
                if let streams = try? await fixture.core.attach(record.id, input: false) { attached.set(streams) }
            }
            try await Task.sleep(for: .milliseconds(100))
            let text = try await collect(try #require(attached.value)).out
            #expect(text.split(separator: "\n").map { Int($0) } == (1...200_000).map { $0 })
        }
    }

    @Test("input is echoed, and ends with the client's end when it is open once")
    func input() async throws {
        try await CoreFixture.with("stream-input") { fixture in
            var spec = fixture.shell("cat; echo done")
            spec.process.openStdin = true
            spec.process.stdinOnce = true
            let record = try await fixture.core.create(spec)
            try await fixture.core.start(record.id) {}
            let streams = try await fixture.core.attach(record.id, input: true)
            // More than one packet, with its own order.
            let text = (1...5000).map { "line \($0)\n" }.joined()
            async let collected = collect(streams)
            try await streams.write(ByteBuffer(string: text))
            await streams.closeInput()
            #expect(try await collected.out == text + "done\n")
            #expect(try await fixture.core.exit(of: record.id).exitCode == 0)
        }
    }

    @Test("a container's terminal has the size it is given")
    func terminal() async throws {
        try await CoreFixture.with("stream-tty") { fixture in
            var spec = fixture.shell("echo ready; read x; stty size; read y")
            spec.process.terminal = true
            spec.process.openStdin = true
            let record = try await fixture.core.create(spec)
            try await fixture.core.start(record.id) {}
            let streams = try await fixture.core.attach(record.id, input: true)
            try await fixture.core.resizeTerminal(record.id, width: 99, height: 33)
            // The monitor reads sizes and input from two places: the size must be first.
            try await Task.sleep(for: .milliseconds(100))
            try await streams.write(ByteBuffer(string: "go\n"))
            var seen = ""
            while !seen.contains("33 99"), let chunk = try await streams.next() { seen += String(buffer: chunk.bytes) }
            #expect(seen.contains("33 99"))
            try await streams.write(ByteBuffer(string: "\n"))
            #expect(try await fixture.core.exit(of: record.id).exitCode == 0)
        }
    }

    @Test("a program started in a container gives its output on both streams and its exit code")
    func exec() async throws {
        try await CoreFixture.with("stream-exec") { fixture in
            let id = try await running(fixture)
            let process = try await fixture.core.exec(
                id,
                ExecSpec(
                    arguments: ["/bin/sh", "-c", "echo out; echo err >&2; pwd; id -u; echo $A; exit 9"],
                    environment: ["A=b"], workingDirectory: "/www", user: .text("daemon")))
            let (out, err) = try await collect(process.streams)
            #expect(out == "out\n/www\n1\nb\n" && err == "err\n")
            #expect(await process.exit() == 9)
        }
    }

    @Test("a program's input is passed on and ended")
    func execInput() async throws {
        try await CoreFixture.with("stream-exec-in") { fixture in
            let id = try await running(fixture)
            let process = try await fixture.core.exec(id, ExecSpec(arguments: ["/bin/wc", "-c"], input: true))
            let bytes = ByteBuffer(repeating: UInt8(ascii: "x"), count: 300_000)
            try await process.streams.write(bytes)
            await process.streams.closeInput()
            #expect(try await collect(process.streams).out == "300000\n")
            #expect(await process.exit() == 0)
        }
    }

    @Test("killing a program ends it with 137 and leaves the container running")
    func execKill() async throws {
        try await CoreFixture.with("stream-exec-kill") { fixture in
            let id = try await running(fixture)
            let process = try await fixture.core.exec(id, ExecSpec(arguments: ["/bin/sleep", "1000"]))
            #expect(process.pid > 0)
            await process.kill()
            #expect(await process.exit() == 137)
            #expect(await fixture.core.container(id)?.state == .running)
        }
    }

    @Test("a program that does not exist fails the exec with the runtime's reason", arguments: ["crun", "runc"])
    func execMissing(handler: String) async throws {
        try await CoreFixture.with("stream-exec-missing") { fixture in
            var spec = fixture.spec(["/bin/sleep", "1000"])
            spec.runtimeHandler = handler
            let record = try await fixture.core.create(spec)
            try await fixture.core.start(record.id) {}
            let error = await #expect(throws: OxbowError.self) {
                try await fixture.core.exec(record.id, ExecSpec(arguments: ["/bin/nonesuch"]))
            }
            #expect(error?.kind == .badRequest)
            #expect(error?.message.contains("/bin/nonesuch") == true)
            let good = try await fixture.core.exec(record.id, ExecSpec(arguments: ["/bin/echo", "fine"]))
            #expect(try await collect(good.streams).out == "fine\n")
            #expect(await good.exit() == 0)
            let folder = fixture.folder.appending("run/c/\(record.id)")
            try await waitFor {
                try await blocking { try !Files.entries(of: folder).contains { $0.hasPrefix("exec-") } }
            }
        }
    }

    @Test("a program in a terminal sees it, its size, and what is typed")
    func execTerminal() async throws {
        try await CoreFixture.with("stream-exec-tty") { fixture in
            let id = try await running(fixture)
            let process = try await fixture.core.exec(
                id,
                ExecSpec(arguments: ["/bin/sh", "-c", "tty; read x; stty size; exit 6"], terminal: true, input: true))
            try await process.resize(120, 40)
            try await process.streams.write(ByteBuffer(string: "go\n"))
            let out = try await collect(process.streams).out
            #expect(out.contains("/dev/pts/0"))
            #expect(out.contains("40 120"))
            #expect(await process.exit() == 6)
        }
    }

    @Test("after a rotation the log goes on in a new file of the old name")
    func reopenLog() async throws {
        try await CoreFixture.with("stream-log") { fixture in
            let record = try await fixture.core.create(
                fixture.shell("echo one; while ! test -e /tmp/go; do sleep 0.02; done; echo two; sleep 1000"))
            try await fixture.core.start(record.id) {}
            try await waitFor { try await fixture.output(record) == "one\n" }
            try await blocking { try Files.rename(record.logPath, record.logPath + ".1") }
            try await fixture.core.reopenLog(record.id)
            try await waitFor { Files.exists(record.logPath) }
            let touch = try await fixture.core.exec(record.id, ExecSpec(arguments: ["/bin/touch", "/tmp/go"]))
            #expect(await touch.exit() == 0)
            try await waitFor { try await fixture.output(record) == "two\n" }
        }
    }

    @Test("an exited container takes neither exec nor attach")
    func exited() async throws {
        try await CoreFixture.with("stream-exited") { fixture in
            let record = try await fixture.run(fixture.shell("true"))
            let exec = await #expect(throws: OxbowError.self) {
                try await fixture.core.exec(record.id, ExecSpec(arguments: ["/bin/true"]))
            }
            let attach = await #expect(throws: OxbowError.self) {
                try await fixture.core.attach(record.id, input: false)
            }
            #expect(exec?.kind == .wrongState && attach?.kind == .wrongState)
        }
    }
}
