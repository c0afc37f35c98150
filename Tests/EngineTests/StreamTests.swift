import Core
import DockerAPI
import Faults
import NIOCore
import NIOHTTP1
import Testing

@testable import Engine

@Suite struct StreamTests {
    @Test("a client that attaches before the start misses nothing, and the frames tell the streams apart")
    func attachBeforeStart() async throws {
        try await EngineFixture.run { fixture async throws in
            fixture.core.onStart { _ in
                .ends(
                    code: 0,
                    output: [
                        OutputChunk(stream: .stdout, bytes: ByteBuffer(string: "hello\n")),
                        OutputChunk(stream: .stderr, bytes: ByteBuffer(string: "oops\n")),
                    ])
            }
            let id = try await fixture.create()
            let attach = await fixture.ask(
                .POST, "/v1.41/containers/\(id)/attach?stderr=1&stdout=1&stream=1", upgrade: true)
            #expect(attach.status.code == 101)
            #expect(attach.headers["Upgrade"] == ["tcp"])
            #expect(attach.headers["Content-Type"] == [Answer.rawStreamType])
            async let heard = attach.talk()
            #expect(await fixture.ask(.POST, "/containers/\(id)/start").status == .noContent)
            #expect(try frames(try await heard) == ["stdout:hello\n", "stderr:oops\n"])
        }
    }

    @Test("from 1.42 on an upgraded stream says that it is multiplexed; without upgrade the answer is 200")
    func heads() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            let path = "containers/\(id)/attach?stdout=1&stream=0"
            let new = await fixture.ask(.POST, "/v1.42/\(path)", upgrade: true)
            #expect(new.headers["Content-Type"] == [Answer.multiplexedStreamType])
            let plain = await fixture.ask(.POST, "/v1.42/\(path)")
            #expect(plain.status == .ok)
            #expect(plain.headers["Content-Type"] == [Answer.rawStreamType])
            #expect(plain.headers["Upgrade"].isEmpty)
            #expect(try await plain.talk().readableBytes == 0)
        }
    }

    @Test("only the streams that were asked for are carried, and a terminal's raw")
    func selection() async throws {
        try await EngineFixture.run { fixture async throws in
            fixture.core.onStart { _ in
                .ends(
                    code: 0,
                    output: [
                        OutputChunk(stream: .stdout, bytes: ByteBuffer(string: "out")),
                        OutputChunk(stream: .stderr, bytes: ByteBuffer(string: "err")),
                    ])
            }
            let plain = try await fixture.create()
            let terminal = try await fixture.create(#"{"Image":"busybox","Tty":true}"#)
            async let one = fixture.ask(.POST, "/containers/\(plain)/attach?stderr=1&stream=1").talk()
            async let two = fixture.ask(.POST, "/containers/\(terminal)/attach?stdout=1&stream=1").talk()
            for id in [plain, terminal] {
                while !fixture.engine.attaches.isWaitedFor(id) { await Task.yield() }
                _ = await fixture.ask(.POST, "/containers/\(id)/start")
            }
            #expect(try frames(try await one) == ["stderr:err"])
            #expect(String(buffer: try await two) == "out")
        }
    }

    @Test("input reaches the process, and ends with the client's where the container says so")
    func input() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","OpenStdin":true,"StdinOnce":true}"#)
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            let attach = await fixture.ask(.POST, "/containers/\(id)/attach?stdin=1&stdout=1&stream=1", upgrade: true)
            async let heard = attach.talk(["one\n", "two\n"])
            while fixture.core.input(of: id) != "one\ntwo\n" { await Task.yield() }
            fixture.core.finish(id, code: 0)
            #expect(try await heard.readableBytes == 0)
        }
    }

    @Test("a container that does not start after all ends the waiting client's stream")
    func dismissed() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            for end in ["start", "remove"] {
                let attach = await fixture.ask(.POST, "/containers/\(id)/attach?stdout=1&stream=1", upgrade: true)
                async let heard = attach.talk()
                if end == "start" {
                    fixture.core.fail(.start, with: OxbowError(.ours, "no"))
                    _ = await fixture.ask(.POST, "/containers/\(id)/start")
                } else {
                    _ = await fixture.ask(.DELETE, "/containers/\(id)")
                }
                #expect(try await heard.readableBytes == 0)
            }
        }
    }

    @Test("no more than the limit may wait for one container")
    func attachLimit() throws {
        let table = AttachTable()
        let waiters = try (0..<AttachTable.limit).map { _ in try table.register("a", input: false) }
        #expect(throws: OxbowError.self) { try table.register("a", input: false) }
        table.withdraw("a", waiters[0])
        _ = try table.register("a", input: false)
        #expect(table.takeAll("a").count == AttachTable.limit)
        #expect(!table.isWaitedFor("a"))
    }

    @Test("the keys by which a user leaves are found wherever the input is cut", arguments: 0...4)
    func detachKeys(_ cut: Int) throws {
        var keys = try DetachKeys("")
        let input: [UInt8] = [0x61, 0x10, 0x10, 0x11, 0x62]
        let first = keys.receive(ByteBuffer(bytes: input[..<cut]))
        var passed = Array(buffer: first.passed)
        if !first.left {
            let second = keys.receive(ByteBuffer(bytes: input[cut...]))
            passed += Array(buffer: second.passed)
            #expect(second.left)
        }
        #expect(passed == [0x61, 0x10])
    }

    @Test("detach keys are characters and control characters")
    func detachKeyTexts() throws {
        var keys = try DetachKeys("ctrl-a,q")
        #expect(keys.receive(ByteBuffer(bytes: [1, 0x71])).left)
        #expect(try DetachKeys("ctrl-@,ctrl-[") == DetachKeys("ctrl-@,ctrl-["))
        for text in ["ctrl-", "ctrl-1", "ab", "a,,b", "ctrl-aa"] {
            #expect(throws: OxbowError.self) { try DetachKeys(text) }
        }
    }

    @Test("an exec's output, exit code and events")
    func exec() async throws {
        try await EngineFixture.run { fixture async throws in
            fixture.core.onExec { _, spec in
                .init(
                    code: 5,
                    output: [
                        OutputChunk(stream: .stdout, bytes: ByteBuffer(string: spec.arguments.joined(separator: "|")))
                    ])
            }
            let id = try await fixture.create(#"{"Image":"busybox","User":"0"}"#)
            let refused = await fixture.ask(.POST, "/containers/\(id)/exec", json: #"{"Cmd":["ls"]}"#)
            #expect(refused.status == .conflict)
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            #expect(await fixture.ask(.POST, "/containers/\(id)/exec", json: #"{"Cmd":[]}"#).status == .badRequest)
            let made = await fixture.ask(
                .POST, "/containers/\(id)/exec", json: #"{"AttachStdout":true,"AttachStderr":true,"Cmd":["ls","-l"]}"#)
            #expect(made.status == .created)
            let exec = try await made.json(IDResponse.self).id
            let before = try await fixture.ask(.GET, "/exec/\(exec)/json").json(ExecInspect.self)
            #expect(!before.running && before.exitCode == nil)

            let start = await fixture.ask(
                .POST, "/exec/\(exec)/start", json: #"{"Detach":false,"Tty":false}"#, upgrade: true)
            #expect(try frames(try await start.talk()) == ["stdout:ls|-l"])
            let after = try await fixture.ask(.GET, "/exec/\(exec)/json").json(ExecInspect.self)
            #expect(after.exitCode == 5 && !after.running && after.pid > 0)
            #expect(after.processConfig.entrypoint == "ls" && after.processConfig.arguments == ["-l"])
            #expect(after.processConfig.user == "0")

            let again = await fixture.ask(.POST, "/exec/\(exec)/start", json: "{}", upgrade: true)
            #expect(again.status == .conflict)
            #expect(try await again.message() == "Error: Exec command \(exec) has already run")
            #expect(await fixture.ask(.GET, "/exec/nosuch/json").status == .notFound)
        }
    }

    @Test("an exec that cannot be run says why where its output would be; detached, in the answer")
    func execFailure() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            for isDetached in [false, true] {
                fixture.core.fail(
                    .exec,
                    with: OxbowError(.badRequest, "executable file `x` not found in $PATH: No such file or directory"))
                let exec = try await fixture.ask(.POST, "/containers/\(id)/exec", json: #"{"Cmd":["x"]}"#).json(
                    IDResponse.self
                ).id
                let start = await fixture.ask(
                    .POST, "/exec/\(exec)/start", json: #"{"Detach":\#(isDetached)}"#, upgrade: !isDetached)
                if isDetached {
                    #expect(start.status == .badRequest)
                    #expect(try await start.message().hasPrefix("OCI runtime exec failed: executable file"))
                } else {
                    let heard = try frames(try await start.talk())
                    #expect(heard.count == 1)
                    #expect(heard[0].hasPrefix("stdout:OCI runtime exec failed: ") && heard[0].hasSuffix("\r\n"))
                }
                #expect(try await fixture.ask(.GET, "/exec/\(exec)/json").json(ExecInspect.self).exitCode == 127)
            }
        }
    }

    @Test("an exec's input ends with the client's")
    func execInput() async throws {
        try await EngineFixture.run { fixture async throws in
            fixture.core.onExec { _, _ in .init(echoesInput: true) }
            let id = try await fixture.create()
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            let json = #"{"AttachStdin":true,"AttachStdout":true,"Cmd":["cat"]}"#
            let exec = try await fixture.ask(.POST, "/containers/\(id)/exec", json: json).json(IDResponse.self).id
            let start = await fixture.ask(.POST, "/exec/\(exec)/start", json: "{}", upgrade: true)
            #expect(try frames(try await start.talk(["a", "b"])).joined() == "stdout:astdout:b")
        }
    }

    @Test("environment entries of the client's win over the container's")
    func overlaid() {
        #expect(Engine.overlaid(["A=1", "B=2"], ["B=3", "C=4", "D"]) == ["A=1", "B=3", "C=4"])
    }

    @Test("an exec starts once, and its end counts once")
    func session() {
        var session = ExecSession(id: "e", containerID: "c", request: ExecCreateRequest(), user: "")
        session.started(pid: 3)
        #expect(session.phase == .created)
        #expect(session.startRequested() == .spawn)
        #expect(session.startRequested() == .refuse)
        #expect(session.inspection.running)
        session.started(pid: 3)
        session.ended(code: 1, at: 5)
        session.ended(code: 2, at: 6)
        #expect(session.phase == .exited(1) && session.endedAt == 5)
        #expect(session.inspection.exitCode == 1 && session.inspection.pid == 3)
        #expect(session.startRequested() == .refuse)
    }

    @Test("a full table forgets the exec that ended first")
    func execLimit() throws {
        let table = ExecTable()
        for number in 0..<ExecTable.limit {
            try table.add(ExecSession(id: "\(number)", containerID: "c", request: ExecCreateRequest(), user: ""))
        }
        let one = ExecSession(id: "more", containerID: "c", request: ExecCreateRequest(), user: "")
        #expect(throws: OxbowError.self) { try table.add(one) }
        table.ended("7", code: 0, at: 20)
        table.ended("9", code: 0, at: 10)
        try table.add(one)
        #expect(table.session("9") == nil && table.session("7") != nil)
    }

    @Test("a terminal is resized to what fits one")
    func resize() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","Tty":true}"#)
            #expect(await fixture.ask(.POST, "/containers/\(id)/resize?h=1&w=2").status == .conflict)
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            #expect(await fixture.ask(.POST, "/containers/\(id)/resize?h=24&w=80").status == .ok)
            #expect(fixture.core.calls.last == .resizeTerminal(id, width: 80, height: 24))
            for query in ["h=a&w=1", "h=1", "h=-1&w=1", "h=99999&w=1"] {
                #expect(await fixture.ask(.POST, "/containers/\(id)/resize?\(query)").status == .badRequest)
            }
        }
    }
}
