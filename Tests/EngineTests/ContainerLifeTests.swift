import Core
import DockerAPI
import Faults
import NIOHTTP1
import Testing

@testable import Engine

@Suite struct ContainerLifeTests {
    @Test("a container is found by id, by name with and without a slash, and by prefix")
    func references() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(name: "one")
            for reference in [id, "one", String(id.prefix(10))] {
                let inspect = try await fixture.ask(.GET, "/containers/\(reference)/json").json(ContainerInspect.self)
                #expect(inspect.id == id)
                #expect(inspect.name == "/one")
            }
            let missing = await fixture.ask(.GET, "/containers/two/json")
            #expect(missing.status == .notFound)
            #expect(try await missing.message() == "No such container: two")
        }
    }

    @Test("a prefix of two ids is refused")
    func ambiguous() throws {
        let image = try EngineFixture.busybox().id
        let records = ["aa1", "aa2", "b"].map {
            ContainerRecord(
                id: $0, spec: ContainerSpec(image: image, process: ProcessSpec()), state: .created,
                overlay: OverlayPaths())
        }
        let failure = #expect(throws: OxbowError.self) { try ContainerReference(text: "aa").find(in: records) }
        #expect(failure?.kind == .badRequest)
        #expect(try ContainerReference(text: "b").find(in: records).id == "b")
        #expect(throws: OxbowError.self) { try ContainerReference(text: "").find(in: records) }
    }

    @Test("a name that is taken is refused in the words that kubelets parse")
    func conflict() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(name: "x1")
            let asked = await fixture.ask(.POST, "/containers/create?name=/x1", json: #"{"Image":"busybox"}"#)
            #expect(asked.status == .conflict)
            #expect(
                try await asked.message()
                    == "Conflict. The container name \"/x1\" is already in use by container \"\(id)\". You have to remove "
                    + "(or rename) that container to be able to reuse that name.")
        }
    }

    @Test(
        "an image that is not there is told with its tag",
        arguments: [("nosuch", "nosuch:latest"), ("nosuch:1", "nosuch:1")])
    func missingImage(_ name: String, _ shown: String) async throws {
        try await EngineFixture.run { fixture async throws in
            let asked = await fixture.ask(.POST, "/containers/create", json: #"{"Image":"\#(name)"}"#)
            #expect(asked.status == .notFound)
            #expect(try await asked.message() == "No such image: \(shown)")
        }
    }

    @Test("start and stop of what already is so answer 304 without a body")
    func notModified() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            let stopped = await fixture.ask(.POST, "/containers/\(id)/stop")
            #expect(stopped.status == .notModified)
            #expect(try await stopped.text() == "")
            #expect(await fixture.ask(.POST, "/containers/\(id)/start").status == .noContent)
            #expect(await fixture.ask(.POST, "/containers/\(id)/start").status == .notModified)
            #expect(await fixture.ask(.POST, "/containers/\(id)/stop?t=3").status == .noContent)
            #expect(fixture.core.calls.contains(.stop(id, grace: .seconds(3))))
        }
    }

    @Test("the grace period is the request's, the container's, or ten seconds")
    func grace() async throws {
        try await EngineFixture.run { fixture async throws in
            let plain = try await fixture.create()
            let own = try await fixture.create(#"{"Image":"busybox","StopTimeout":25}"#)
            for id in [plain, own] {
                _ = await fixture.ask(.POST, "/containers/\(id)/start")
                _ = await fixture.ask(.POST, "/containers/\(id)/stop")
            }
            #expect(fixture.core.calls.contains(.stop(plain, grace: .seconds(10))))
            #expect(fixture.core.calls.contains(.stop(own, grace: .seconds(25))))
        }
    }

    @Test("a signal on stop is sent from 1.42 on")
    func stopSignal() async throws {
        try await EngineFixture.run { fixture async throws in
            for (version, isSent) in [("1.42", true), ("1.41", false)] {
                let id = try await fixture.create()
                _ = await fixture.ask(.POST, "/containers/\(id)/start")
                #expect(await fixture.ask(.POST, "/v\(version)/containers/\(id)/stop?signal=INT").status == .noContent)
                #expect(fixture.core.calls.contains(.signal(id, 2)) == isSent)
            }
        }
    }

    @Test("killing what does not run is a conflict")
    func kill() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(name: "ef1")
            let asked = await fixture.ask(.POST, "/containers/ef1/kill")
            #expect(asked.status == .conflict)
            #expect(try await asked.message() == "Cannot kill container: ef1: Container \(id) is not running")
            _ = await fixture.ask(.POST, "/containers/ef1/start")
            #expect(await fixture.ask(.POST, "/containers/ef1/kill?signal=FOO").status == .badRequest)
            #expect(await fixture.ask(.POST, "/containers/ef1/kill?signal=SIGUSR1").status == .noContent)
            #expect(await fixture.ask(.POST, "/containers/ef1/kill").status == .noContent)
            #expect(fixture.core.calls.suffix(2) == [.signal(id, 10), .signal(id, 9)])
            let state = try await fixture.ask(.GET, "/containers/ef1/json").json(ContainerInspect.self).state
            #expect(state.exitCode == 137)
            #expect(state.status == "exited")
        }
    }

    @Test("a running container is removed by force only")
    func remove() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            let refused = await fixture.ask(.DELETE, "/containers/\(id)")
            #expect(refused.status == .conflict)
            #expect(try await refused.message().lowercased().contains("stop the container before"))
            #expect(await fixture.ask(.DELETE, "/containers/\(id)?force=1&v=1").status == .noContent)
            #expect(await fixture.ask(.DELETE, "/containers/\(id)").status == .notFound)
        }
    }

    @Test(
        "a start that fails leaves its reason and exit code",
        arguments: [
            (
                "crun: executable file `nosuch` not found in $PATH: No such file or directory", 127,
                HTTPResponseStatus.badRequest
            ),
            ("crun: open executable: Permission denied", 126, .badRequest),
            ("crun: cannot set up cgroup", 128, .internalServerError),
        ])
    func startFailure(_ words: String, _ code: Int, _ status: HTTPResponseStatus) async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            fixture.core.fail(.start, with: OxbowError(.ours, words))
            let asked = await fixture.ask(.POST, "/containers/\(id)/start")
            #expect(asked.status == status)
            let message = try await asked.message()
            #expect(message.hasPrefix("OCI runtime create failed: " + words))
            if code == 127 { #expect(message.contains("executable file not found")) }
            let state = try await fixture.ask(.GET, "/containers/\(id)/json").json(ContainerInspect.self).state
            #expect(state.status == "created")
            #expect(state.exitCode == code)
            #expect(state.error == words)
        }
    }

    @Test("a container that was to remove itself is gone when its start fails")
    func removedOnFailure() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","HostConfig":{"AutoRemove":true}}"#)
            fixture.core.fail(.start, with: OxbowError(.ours, "no"))
            #expect(await fixture.ask(.POST, "/containers/\(id)/start").status == .internalServerError)
            #expect(await fixture.core.container(id) == nil)
        }
    }

    @Test("waiting for removal gives the exit code of a container that removes itself")
    func autoRemove() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","HostConfig":{"AutoRemove":true}}"#)
            let wait = await fixture.ask(.POST, "/v1.41/containers/\(id)/wait?condition=removed")
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            fixture.core.finish(id, code: 3)
            #expect(try await wait.text() == #"{"Error":null,"StatusCode":3}"# + "\n")
            #expect(await fixture.core.container(id) == nil)
        }
    }

    @Test("what ended while no engine ran is removed when one begins")
    func autoRemoveAfterRestart() async throws {
        let core = try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","HostConfig":{"AutoRemove":true}}"#)
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            return (fixture.core, id)
        }
        core.0.finish(core.1, code: 0)
        #expect(await core.0.container(core.1) != nil)
        let gone = core.0.events()
        let engine = Engine(
            core: core.0, configuration: EngineConfiguration(version: "1", root: "/tmp/oxbow-engine-tests"),
            logger: .init(label: "test"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            for await event in gone where event.action == .removed { break }
            group.cancelAll()
        }
        #expect(await core.0.container(core.1) == nil)
    }

    @Test("the next exit is waited for even when the container has not started")
    func nextExit() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            let wait = await fixture.ask(.POST, "/v1.41/containers/\(id)/wait?condition=next-exit")
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            fixture.core.finish(id, code: 7)
            #expect(try await wait.json(WaitResponse.self).statusCode == 7)
            // By default what does not run is not waited for.
            #expect(
                try await fixture.ask(.POST, "/v1.41/containers/\(id)/wait").json(WaitResponse.self).statusCode == 7)
        }
    }

    @Test("an unknown condition is refused from 1.42 on")
    func unknownCondition() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            #expect(await fixture.ask(.POST, "/v1.42/containers/\(id)/wait?condition=x").status == .badRequest)
            #expect(await fixture.ask(.POST, "/v1.41/containers/\(id)/wait?condition=x").status == .ok)
        }
    }

    @Test("a container with a restart policy is started again until a client stops it")
    func restartPolicy() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","HostConfig":{"RestartPolicy":{"Name":"always"}}}"#)
            let events = fixture.core.events()
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            fixture.core.finish(id, code: 1)
            var starts = 0
            for await event in events where event.action == .started {
                starts += 1
                if starts == 2 { break }
            }
            #expect(try await fixture.ask(.GET, "/containers/\(id)/json").json(ContainerInspect.self).restartCount == 1)
            #expect(await fixture.ask(.POST, "/containers/\(id)/stop").status == .noContent)
            let document = try await fixture.engine.container(id).spec.extensionDocument
            #expect(document.contains(#""StoppedByClient":true"#))
        }
    }

    @Test("a policy's pause doubles, and a long life makes it short again")
    func restartPauses() throws {
        let table = RestartTable()
        var record = ContainerRecord(
            id: "a", spec: ContainerSpec(image: try EngineFixture.busybox().id, process: ProcessSpec()), state: .exited,
            overlay: OverlayPaths())
        let always = RestartPolicy(name: "always")
        #expect(table.next(record, policy: always, count: 0) == .milliseconds(100))
        #expect(table.next(record, policy: always, count: 1) == .milliseconds(200))
        for _ in 0..<12 { _ = table.next(record, policy: always, count: 1) }
        #expect(table.next(record, policy: always, count: 1) == RestartTable.longestPause)
        record.finishedAt = RestartTable.longLife
        #expect(table.next(record, policy: always, count: 1) == .milliseconds(100))
        #expect(table.next(record, policy: RestartPolicy(name: "no"), count: 0) == nil)
        let onFailure = RestartPolicy(name: "on-failure", maximumRetryCount: 2)
        #expect(table.next(record, policy: onFailure, count: 0) == nil)
        record.exitCode = 1
        #expect(table.next(record, policy: onFailure, count: 1) != nil)
        #expect(table.next(record, policy: onFailure, count: 2) == nil)
    }

    @Test("a restart keeps a container that removes itself")
    func restart() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","HostConfig":{"AutoRemove":true}}"#)
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            #expect(await fixture.ask(.POST, "/containers/\(id)/restart").status == .noContent)
            #expect(await fixture.core.container(id)?.state == .running)
        }
    }

    @Test("renaming checks the new name")
    func rename() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(name: "a1")
            _ = try await fixture.create(name: "b1")
            #expect(await fixture.ask(.POST, "/containers/a1/rename").status == .badRequest)
            #expect(await fixture.ask(.POST, "/containers/a1/rename?name=a1").status == .badRequest)
            #expect(await fixture.ask(.POST, "/containers/a1/rename?name=b1").status == .conflict)
            #expect(await fixture.ask(.POST, "/containers/a1/rename?name=c1").status == .noContent)
            #expect(try await fixture.ask(.GET, "/containers/c1/json").json(ContainerInspect.self).id == id)
        }
    }

    @Test("an update changes what it names and leaves the rest")
    func update() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","HostConfig":{"CpuShares":512,"Memory":67108864}}"#)
            let asked = await fixture.ask(.POST, "/containers/\(id)/update", json: #"{"CpuQuota":20000,"Memory":0}"#)
            #expect(try await asked.text() == #"{"Warnings":null}"# + "\n")
            let resources = try await fixture.ask(.GET, "/containers/\(id)/json").json(ContainerInspect.self).hostConfig
                .resources
            #expect(resources.cpuShares == 512)
            #expect(resources.cpuQuota == 20000)
            #expect(resources.memory == 64 << 20)
            let tooMuch = await fixture.ask(.POST, "/containers/\(id)/update", json: #"{"Memory":1073741824}"#)
            #expect(tooMuch.status == .badRequest)
            #expect(try await tooMuch.message().contains("already set memoryswap limit"))
        }
    }

    @Test("a random name is given to who asks for none")
    func randomNames() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            let name = try await fixture.ask(.GET, "/containers/\(id)/json").json(ContainerInspect.self).name
            #expect(name.wholeMatch(of: /\/[a-z]+_[a-z]+[0-9]?/) != nil)
        }
    }

    @Test("names with other characters are refused", arguments: ["a", "a b", "-ab", "a/b", "é1", ""])
    func badNames(_ name: String) {
        #expect(throws: OxbowError.self) { try ContainerIdentity.name(checking: name) }
    }

    @Test("ids are 64 digits, and the first twelve are no number")
    func ids() {
        for _ in 0..<50 {
            let id = ContainerIdentity.id()
            #expect(id.wholeMatch(of: /[0-9a-f]{64}/) != nil)
            #expect(UInt64(id.prefix(12)) == nil)
        }
    }
}
