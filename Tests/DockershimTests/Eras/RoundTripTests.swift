import NIOCore
import CRI
import Testing

@testable import Dockershim

/// The number and order of REST calls, era by era; the recorded tests check their contents for 1.20.
@Suite("REST calls of each CRI call")
struct RoundTripTests {
    private func calls(
        _ era: Era, times: Int = 1, _ call: (Dockershim) async throws -> Void
    ) async throws -> [String] {
        let daemon = ScriptedDaemon { request in Sample.answer(request) }
        let bridge = Bridge(era, daemon)
        defer { bridge.cleanUp() }
        try await bridge.shim.start()
        let before = daemon.calls.count
        for _ in 0..<times { try await call(bridge.shim) }
        return daemon.calls.dropFirst(before).map { call in
            call.replacing("/v1.40", with: "").replacing("/v1.41", with: "")
        }
    }

    @Test(
        "starting asks for the level, in 1.20 for the version too, and for the cgroup driver",
        arguments: [
            (Era.current, ["GET /v1.41/info"]), (.dockershim120, ["GET /v1.40/version", "GET /v1.40/info"]),
        ])
    func start(era: Era, expected: [String]) async throws {
        let daemon = ScriptedDaemon { request in Sample.answer(request) }
        let bridge = Bridge(era, daemon)
        try await bridge.shim.start()
        #expect(daemon.calls == expected)
        #expect(daemon.requests.first?.path == "/_ping")
    }

    @Test("a sandbox is inspected once today, twice in 1.20", arguments: [(Era.current, 1), (.dockershim120, 2)])
    func runPodSandbox(era: Era, inspections: Int) async throws {
        var config = Sample.pod
        config.dnsConfig = DNSConfig()
        let asked = try await calls(era) { [config] shim in
            let answer = try await shim.runPodSandbox(RunPodSandboxRequest(config: config), .test("RunPodSandbox"))
            #expect(answer.podSandboxId == "s1")
        }
        #expect(
            asked == [
                "GET /images/localhost/pause:1/json", "POST /containers/create?name=k8s_POD_web_default_u1_0",
                "POST /containers/s1/start",
            ] + Array(repeating: "GET /containers/s1/json", count: inspections))
    }

    @Test(
        "versions are remembered today and asked for each time in 1.20",
        arguments: [(Era.current, 1), (.dockershim120, 3)])
    func version(era: Era, count: Int) async throws {
        let asked = try await calls(era, times: 3) { shim in
            let answer = try await shim.version(VersionRequest(), .test("Version"))
            #expect(
                answer
                    == VersionResponse(
                        version: "0.1.0", runtimeName: "docker", runtimeVersion: "20.10.24", runtimeApiVersion: "1.41.0"
                    ))
        }
        #expect(asked == Array(repeating: "GET /version", count: count))
    }

    @Test("a status costs a ping today and a version in 1.20", arguments: [(Era.current, 0), (.dockershim120, 2)])
    func status(era: Era, versions: Int) async throws {
        let asked = try await calls(era, times: 2) { shim in
            _ = try await shim.status(StatusRequest(), .test("Status"))
        }
        #expect(asked == Array(repeating: "GET /version", count: versions))
    }

    @Test("a create asks for the version once a minute in 1.20, and for the sandbox today")
    func createContainer() async throws {
        let request = CreateContainerRequest(
            podSandboxId: "s1", config: ContainerConfig(metadata: ContainerMetadata(name: "app")),
            sandboxConfig: Sample.pod)
        let create = "POST /containers/create?name=k8s_app_web_default_u1_0"
        let old = try await calls(.dockershim120, times: 2) { shim in
            _ = try await shim.createContainer(request, .test("CreateContainer"))
        }
        #expect(old == ["GET /version", create, create])
        let new = try await calls(.current, times: 2) { shim in
            _ = try await shim.createContainer(request, .test("CreateContainer"))
        }
        #expect(new == ["GET /containers/s1/json", create, "GET /containers/s1/json", create])
    }

    @Test(
        "a container's status asks for the image once a minute and for its user files once today, each time in 1.20",
        arguments: [
            (Era.current, 5), (.dockershim120, 4),
        ])
    func containerStatus(era: Era, count: Int) async throws {
        let asked = try await calls(era, times: 2) { shim in
            _ = try await shim.containerStatus(ContainerStatusRequest(containerId: "c1"), .test("ContainerStatus"))
        }
        #expect(asked.count == count)
        #expect(asked.prefix(2) == ["GET /containers/c1/json", "GET /images/\(Sample.imageID)/json"])
    }

    @Test(
        "an image asked for by its id costs one call today, two in 1.20",
        arguments: [(Era.current, 1), (.dockershim120, 2)])
    func imageStatus(era: Era, count: Int) async throws {
        let asked = try await calls(era) { shim in
            let answer = try await shim.imageStatus(
                ImageStatusRequest(image: ImageSpec(image: Sample.imageID)), .test("ImageStatus"))
            #expect(answer.image?.id == Sample.imageID)
        }
        #expect(asked == Array(repeating: "GET /images/\(Sample.imageID)/json", count: count))
    }

    @Test(
        "stopping a sandbox stops its containers first today",
        arguments: [
            (
                Era.current,
                [
                    "GET /containers/s1/json",
                    "GET /containers/json?filters=%7B%22label%22%3A%7B%22io.kubernetes.sandbox.id%3Ds1%22%3Atrue%7D%7D&limit=0",
                    "POST /containers/c1/stop?t=0", "POST /containers/s1/stop?t=10",
                ]
            ),
            (.dockershim120, ["GET /containers/s1/json", "GET /containers/s1/json", "POST /containers/s1/stop?t=10"]),
        ])
    func stopPodSandbox(era: Era, expected: [String]) async throws {
        let asked = try await calls(era) { shim in
            _ = try await shim.stopPodSandbox(StopPodSandboxRequest(podSandboxId: "s1"), .test("StopPodSandbox"))
        }
        #expect(asked == expected)
    }

    @Test(
        "removing a sandbox inspects its containers in 1.20, and whether it is one today",
        arguments: [(Era.current, false), (.dockershim120, true)])
    func removePodSandbox(era: Era, inspects: Bool) async throws {
        let asked = try await calls(era) { shim in
            _ = try await shim.removePodSandbox(RemovePodSandboxRequest(podSandboxId: "s1"), .test("RemovePodSandbox"))
        }
        let first = inspects ? 0 : 1
        #expect(asked.prefix(first) == ["GET /containers/s1/json"].prefix(first))
        #expect(asked[first].hasPrefix("GET /containers/json?all=1&filters="))
        #expect(
            asked.dropFirst(first + 1) == (inspects ? ["GET /containers/c1/json"] : [])
                + ["DELETE /containers/c1?force=1&v=1", "DELETE /containers/s1?force=1&v=1"])
    }

    @Test(
        "a command is looked at before it runs in 1.20 only", arguments: [(Era.current, false), (.dockershim120, true)])
    func execSync(era: Era, inspects: Bool) async throws {
        let asked = try await calls(era) { shim in
            let answer = try await shim.execSync(ExecSyncRequest(containerId: "c1", cmd: ["true"]), .test("ExecSync"))
            #expect(answer.exitCode == 3)
        }
        #expect(
            asked == (inspects ? ["GET /containers/c1/json"] : [])
                + ["POST /containers/c1/exec", "POST /exec/e1/start", "GET /exec/e1/json"])
    }

    @Test(
        "statistics cost two calls today, five in 1.20",
        arguments: [
            (Era.current, ["GET /containers/c1/json?size=1", "GET /containers/c1/stats?one-shot=1&stream=0"]),
            (
                .dockershim120,
                [
                    "GET /info", "GET /containers/c1/stats?stream=0", "GET /containers/c1/json?size=1",
                    "GET /containers/c1/json",
                    "GET /images/\(Sample.imageID)/json",
                ]
            ),
        ])
    func containerStats(era: Era, expected: [String]) async throws {
        let asked = try await calls(era) { shim in
            let stats = try await shim.containerStats(ContainerStatsRequest(containerId: "c1"), .test("ContainerStats"))
                .stats
            #expect(stats?.cpu?.usageCoreNanoSeconds?.value == 5)
            #expect(stats?.memory?.workingSetBytes?.value == (era == .current ? 70 : 0))
            #expect(stats?.writableLayer?.fsId?.mountpoint == "/d")
            #expect(stats?.writableLayer?.usedBytes?.value == 7)
        }
        #expect(asked == expected)
    }

    @Test("statistics of many containers are one list and one sample each today")
    func listContainerStats() async throws {
        let asked = try await calls(.current) { shim in
            let stats = try await shim.listContainerStats(ListContainerStatsRequest(), .test("ListContainerStats"))
                .stats
            #expect(stats.first?.writableLayer?.usedBytes?.value == 7)
            #expect(stats.first?.memory?.rssBytes?.value == 9)
        }
        #expect(asked.count == 2)
        #expect(asked.first?.hasSuffix("&limit=0&size=1") == true)
    }

    @Test(
        "an image goes with one call by its id today; 1.20 takes each name and the id",
        arguments: [
            (Era.current, ["DELETE /images/\(Sample.imageID)"]),
            (.dockershim120, ["DELETE /images/localhost/pause:1", "DELETE /images/\(Sample.imageID)"]),
        ])
    func removeImage(era: Era, expected: [String]) async throws {
        let asked = try await calls(era) { shim in
            _ = try await shim.removeImage(
                RemoveImageRequest(image: ImageSpec(image: Sample.imageID)), .test("RemoveImage"))
        }
        #expect(asked == ["GET /images/\(Sample.imageID)/json"] + expected)
    }

    @Test("the tally gives each REST call to the CRI call in whose name it was made")
    func tally() async throws {
        let bridge = Bridge(.current, ScriptedDaemon { request in Sample.answer(request) })
        try await bridge.shim.start()
        for _ in 0..<2 {
            _ = try await bridge.shim.containerStatus(
                ContainerStatusRequest(containerId: "c1"), .test("ContainerStatus"))
        }
        let rows = bridge.shim.tally.rows
        #expect(rows["ContainerStatus"]?.calls == 2)
        #expect(rows["ContainerStatus"]?.restCalls == 5)
        #expect(rows["ContainerStatus"]?.restBytes ?? 0 > 1000)
        #expect(
            rows[RESTTally.ownName]
                == RESTTally.Row(calls: 0, restCalls: 2, restBytes: rows[RESTTally.ownName]?.restBytes ?? 0))
        let text = String(buffer: try bridge.shim.tally.document())
        #expect(text.hasPrefix("{\"calls\":{\"(bridge)\":{\"calls\":0,\"rest_bytes\":"))
        #expect(text.hasSuffix("\"format\":\"oxbow.rest-tally\",\"version\":1}"))
    }
}
