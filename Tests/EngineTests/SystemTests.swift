import Core
import DockerAPI
import Linux
import Testing

@testable import Engine

@Suite struct SystemTests {
    @Test("version tells the levels that are spoken")
    func version() async throws {
        try await EngineFixture.run { fixture async throws in
            let version = try await fixture.ask(.GET, "/version").json(DaemonVersion.self)
            #expect(version.apiVersion == "1.42" && version.minAPIVersion == "1.24")
            #expect(version.components?.first?.name == "Engine")
            #expect(version.components?.map(\.name).contains("crun") == true)
        }
    }

    @Test("info counts, and names the drivers that kubelets check")
    func info() async throws {
        try await EngineFixture.run { fixture async throws in
            _ = try await fixture.create()
            let info = try await fixture.ask(.GET, "/info").json(DaemonInfo.self)
            #expect(info.containers == 1 && info.containersStopped == 1 && info.images == 1)
            #expect(info.cgroupDriver == "cgroupfs" && info.loggingDriver == "json-file")
            #expect(info.swarm.localNodeState == "inactive")
            #expect(info.id.split(separator: ":").count == 12)
            #expect(info.memTotal > 0 && info.cpus > 0)
        }
    }

    @Test("events are told in order, with labels, and the past on request")
    func events() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create(#"{"Image":"busybox","Labels":{"k":"v"}}"#, name: "ev")
            _ = await fixture.ask(.POST, "/containers/ev/start")
            fixture.core.finish(id, code: 3)
            _ = await fixture.ask(.DELETE, "/containers/ev")
            let (past, future) = fixture.engine.events.listen()
            if past.last?.action != "destroy" {
                for await event in future where event.action == "destroy" { break }
            }
            let filters = #"{"type":["container"],"label":["k=v"]}"#
            let text = try await fixture.ask(.GET, "/events?since=0&until=1&filters=\(filters)").text()
            // The fake's clock is far past `until`.
            #expect(text == "")
            let all = try await fixture.ask(.GET, "/events?since=0&until=1750000000&filters=\(filters)").text()
            let events = try all.split(separator: "\n").map {
                try DockerJSON.decode(EventMessage.self, from: String($0))
            }
            #expect(events.map(\.action) == ["create", "start", "die", "destroy"])
            #expect(events[2].actor.attributes["exitCode"] == "3")
            #expect(events[2].status == "die" && events[2].id == id && events[2].from == "busybox")
            #expect(await fixture.ask(.GET, "/events?since=5&until=3").status == .badRequest)
        }
    }

    @Test("a slow listener is let go, and the ring keeps the last")
    func eventLimits() async {
        let log = EventLog()
        let (_, future) = log.listen()
        for number in 0...EventLog.backlog {
            var event = EventMessage()
            event.time = Int64(number)
            log.record(event)
        }
        #expect(log.listenerCount == 0)
        #expect(log.listen().past.count == EventLog.ringLimit)
        #expect(log.listen().past.last?.time == Int64(EventLog.backlog))
        var heard = 0
        for await _ in future { heard += 1 }
        #expect(heard == EventLog.backlog)
    }

    @Test("events are chosen by kind, name and image")
    func eventFilter() throws {
        var event = EventMessage()
        event.type = "container"
        event.action = "exec_create: sh -c x"
        event.actor.id = "abc"
        event.actor.attributes = ["name": "web", "image": "repo/x:1"]
        func admits(_ text: String) throws -> Bool { EventFilter(filters: try Filters(parsing: text)).admits(event) }
        #expect(try admits(""))
        #expect(try admits(#"{"event":["exec_create"],"container":["web"],"unknown":["x"]}"#))
        #expect(try admits(#"{"container":["ab"]}"#))
        #expect(try admits(#"{"image":["repo/x"]}"#))
        #expect(try !admits(#"{"type":["image"]}"#))
        #expect(try !admits(#"{"image":["repo/y"]}"#))
        #expect(try !admits(#"{"event":["exec_start"]}"#))
    }

    @Test("stats of a stopped container are zeros with the zero time; of a running one, figures")
    func stats() async throws {
        try await EngineFixture.run { fixture async throws in
            let id = try await fixture.create()
            let stopped = try await fixture.ask(.GET, "/containers/\(id)/stats?stream=0").json(StatsResponse.self)
            #expect(stopped.read == "0001-01-01T00:00:00Z" && stopped.memoryStats == MemoryStats())
            _ = await fixture.ask(.POST, "/containers/\(id)/start")
            fixture.core.setStatistics(
                ContainerStatistics(
                    timestamp: 1_000_000_000, cpuNanoseconds: 5, memoryBytes: 7, memoryStat: ["cache": 1],
                    cgroupVersion: 1),
                of: id)
            let asked = await fixture.ask(.GET, "/containers/\(id)/stats?stream=0&one-shot=1")
            let running = try await asked.json(StatsResponse.self)
            #expect(running.cpuStats.usage.total == 5 && running.memoryStats.usage == 7)
            #expect(
                running.memoryStats.limit > 0 && running.cpuStats.systemUsage > 0 && running.cpuStats.onlineCPUs > 0)
            #expect(running.precpuStats == CPUStats())
        }
    }

    @Test("the host's CPU time is read in nanoseconds")
    func cpuTime() {
        let time = CPUTime(statistics: "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1\ncpu1 1 1 1\nintr 5\n")
        #expect(time?.total == 28 * 10_000_000)
        #expect(time?.cpus == 2)
        #expect(CPUTime(statistics: "intr 5") == nil)
    }

    @Test("the process table keeps the container's rows, and the command's spaces")
    func processes() throws {
        let output = "UID  PID PPID CMD\nroot   1    0 init\nroot  42    1 sleep  100 x\n"
        let table = try ProcessTable.of(output, ids: [42])
        #expect(table.titles == ["UID", "PID", "PPID", "CMD"])
        #expect(table.processes == [["root", "42", "1", "sleep  100 x"]])
        #expect(throws: (any Error).self) { try ProcessTable.of("A B\n", ids: []) }
    }
}
