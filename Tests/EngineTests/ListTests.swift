import Core
import DockerAPI
import Testing

@testable import Engine

@Suite struct ListTests {
    private func ids(_ fixture: EngineFixture, _ filters: String, all: Bool = true) async throws -> Set<String> {
        let list = try await fixture.ask(.GET, "/containers/json?all=\(all ? 1 : 0)&filters=\(filters)")
            .json([ContainerSummary].self)
        return Set(list.map { String($0.names?.first?.dropFirst() ?? "") })
    }

    @Test("filters choose: different keys must all hold, values of one are alternatives, labels must all be there")
    func filters() async throws {
        try await EngineFixture.run { fixture async throws in
            let web = try await fixture.create(
                #"{"Image":"busybox","Labels":{"a":"1","b":"2"},"ExposedPorts":{"80/tcp":{}}}"#, name: "web")
            _ = try await fixture.create(
                #"{"Image":"busybox","Labels":{"a":"1"},"HostConfig":{"NetworkMode":"none"}}"#, name: "job")
            _ = await fixture.ask(.POST, "/containers/web/start")
            _ = await fixture.ask(.POST, "/containers/job/start")
            fixture.core.finish(try await fixture.engine.container("job").id, code: 4)

            #expect(try await ids(fixture, #"{"label":{"a=1":true}}"#) == ["web", "job"])
            #expect(try await ids(fixture, #"{"label":["a=1","b"]}"#) == ["web"])
            #expect(try await ids(fixture, #"{"label":["a=2"]}"#) == [])
            #expect(try await ids(fixture, #"{"status":["exited"]}"#, all: false) == ["job"])
            #expect(try await ids(fixture, #"{"status":["exited","running"]}"#) == ["web", "job"])
            #expect(try await ids(fixture, #"{"exited":["4"]}"#) == ["job"])
            #expect(try await ids(fixture, #"{"exited":["0"]}"#) == [])
            #expect(try await ids(fixture, #"{"id":["\#(web.prefix(8))"]}"#) == ["web"])
            #expect(try await ids(fixture, #"{"name":["^/we"]}"#) == ["web"])
            #expect(try await ids(fixture, #"{"name":["o"]}"#) == ["job"])
            #expect(try await ids(fixture, #"{"ancestor":["busybox"]}"#) == ["web", "job"])
            #expect(try await ids(fixture, #"{"ancestor":["other"]}"#) == [])
            #expect(try await ids(fixture, #"{"network":["bridge"]}"#) == ["web"])
            #expect(try await ids(fixture, #"{"expose":["80"]}"#) == ["web"])
            #expect(try await ids(fixture, #"{"since":["web"]}"#) == ["job"])
            #expect(try await ids(fixture, #"{"before":["job"]}"#) == ["web"])
            #expect(try await ids(fixture, "") == ["web", "job"])
            #expect(try await ids(fixture, "", all: false) == ["web"])
            #expect(await fixture.ask(.GET, #"/containers/json?filters={"status":["x"]}"#).status == .badRequest)
            #expect(await fixture.ask(.GET, #"/containers/json?filters={"name":["("]}"#).status == .badRequest)
        }
    }

    @Test("the newest comes first, and a limit shows stopped containers too")
    func order() async throws {
        try await EngineFixture.run { fixture async throws in
            let ids = [try await fixture.create(), try await fixture.create(), try await fixture.create()]
            let all = try await fixture.ask(.GET, "/containers/json?all=1").json([ContainerSummary].self)
            #expect(all.map(\.id) == ids.reversed())
            let limited = try await fixture.ask(.GET, "/containers/json?limit=2").json([ContainerSummary].self)
            #expect(limited.map(\.id) == [ids[2], ids[1]])
            #expect(try await fixture.ask(.GET, "/containers/json?limit=-1").json([ContainerSummary].self).isEmpty)
        }
    }

    @Test("an entry says what runs and how it does")
    func entry() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(
                #"{"Image":"busybox","Cmd":["sh","-c","echo hi"],"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"18080"}]}}}"#,
                name: "web")
            let created = try await fixture.ask(.GET, "/containers/json?all=1").json([ContainerSummary].self)[0]
            #expect(created.status == "Created")
            #expect(created.command == "sh -c 'echo hi'")
            #expect(created.image == "busybox")
            #expect(created.imageID == EngineFixture.imageID)
            #expect(created.labels == ["from": "image"])
            #expect(created.ports == [])
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            let running = try await fixture.ask(.GET, "/containers/json").json([ContainerSummary].self)[0]
            #expect(running.state == "running")
            #expect(running.status.hasPrefix("Up "))
            #expect(running.ports == [PortSummary(ip: "0.0.0.0", privatePort: 80, publicPort: 18080, type: "tcp")])
            #expect((running.networkSettings?.networks?["bridge"] ?? nil)?.ipAddress.isEmpty == false)
        }
    }

    static let spanTexts: [(Int64, String)] = [
        (0, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"), (119, "About a minute"),
        (120, "2 minutes"), (3599, "59 minutes"), (3600, "About an hour"), (5400, "2 hours"), (169_200, "47 hours"),
        (172_800, "2 days"), (1_123_200, "13 days"), (1_209_600, "2 weeks"), (5_184_000, "2 months"),
        (63_072_000, "2 years"),
    ]

    @Test("spans of time are told as Docker tells them", arguments: spanTexts)
    func spans(_ seconds: Int64, _ text: String) {
        #expect(DockerTime.span(nanoseconds: seconds * 1_000_000_000) == text)
    }

    @Test("what ended says how, and when")
    func exited() throws {
        var record = ContainerRecord(
            id: "a", spec: ContainerSpec(image: try EngineFixture.busybox().id, process: ProcessSpec()), state: .exited,
            overlay: OverlayPaths())
        record.exitCode = 137
        record.finishedAt = 1_000_000_000
        let status = ContainerStatus(of: record, isRestarting: false, now: 121_000_000_000)
        #expect(status == ContainerStatus(of: record, isRestarting: false, now: 121_000_000_000))
        #expect(status.phrase == "Exited (137) 2 minutes ago")
        #expect(
            ContainerStatus(of: record, isRestarting: true, now: 2_000_000_000).phrase
                == "Restarting (137) 1 second ago")
    }

    @Test("pruning removes what does not run")
    func prune() async throws {
        try await EngineFixture.run { fixture async throws in
            let running = try await fixture.create()
            _ = await fixture.ask(.POST, "/containers/\(running)/start")
            let labelled = try await fixture.create(#"{"Image":"busybox","Labels":{"keep":"1"}}"#)
            let idle = try await fixture.create()
            let answer = try await fixture.ask(.POST, #"/containers/prune?filters={"label!":["keep"]}"#).json(
                PruneResponse.self)
            #expect(answer.containersDeleted == [idle])
            #expect(Set(await fixture.core.containers().map(\.id)) == [running, labelled])
        }
    }
}
