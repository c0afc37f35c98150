import CRI
import GRPC
import Linux
import Logging
import Testing

@testable import Trace

@Suite("Replayer")
struct ReplayerTests {
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func replay(
        _ trace: Trace, on runtime: FakeCRI, keep: Bool = false, images: [String: String] = [:],
        limits: ReplayLimits = ReplayLimits()
    ) async throws -> ReplayReport {
        let folder = "/tmp/oxbow-replayer-test-\(UInt32.random(in: 0 ... .max))"
        var options = ReplayOptions(speed: .max, workFolder: folder, keep: keep)
        options.limits = limits
        let endpoint = CRIEndpoint(runtime, address: "fake", api: runtime.api)
        var replayer = try await Replayer(trace, endpoint: endpoint, options: options, images: images, log: log)
        return try await replayer.run()
    }

    @Test("later calls carry the replay's ids, and what the trace leaves is taken away")
    func identities() async throws {
        var calls = RecordedCalls.pod()
        calls.add("StopContainer", ["container_id": "C"])
        calls.add("StopPodSandbox", ["pod_sandbox_id": "S"])
        let runtime = FakeCRI()
        let report = try await replay(calls.trace, on: runtime)
        #expect(report.calls == 5)
        #expect(report.failed == 0)
        #expect(report.differences.isEmpty)
        #expect(runtime.requests("CreateContainer").map { $0.string(at: "pod_sandbox_id") } == ["new-s0"])
        #expect(runtime.requests("StopContainer").map { $0.string(at: "container_id") } == ["new-c"])
        #expect(report.cleared.sandboxes == 1)
        #expect(report.cleared.failures.isEmpty)
        #expect(runtime.state.withLock { $0.sandboxes.isEmpty })
        #expect(
            report.latency.keys.sorted() == [
                "CreateContainer", "RunPodSandbox", "StartContainer", "StopContainer", "StopPodSandbox",
            ])
    }

    @Test("with keep, nothing is taken away")
    func keep() async throws {
        let runtime = FakeCRI()
        let report = try await replay(RecordedCalls.pod().trace, on: runtime, keep: true)
        #expect(report.cleared == .init())
        #expect(runtime.state.withLock { $0.sandboxes.count } == 1)
    }

    @Test("images that the preparation knows are put in the place of the recorded ones")
    func images() async throws {
        var calls = RecordedCalls()
        calls.add(
            "CreateContainer", ["pod_sandbox_id": "S", "config": ["image": ["image": "sha256:old"]]],
            ["container_id": "C"])
        let runtime = FakeCRI()
        _ = try await replay(calls.trace, on: runtime, images: ["sha256:old": "sha256:new"])
        #expect(runtime.requests("CreateContainer").map { $0.string(at: "config", "image", "image") } == ["sha256:new"])
    }

    @Test("a call that succeeded in the recording and fails here fails the replay; the others go on")
    func failure() async throws {
        var calls = RecordedCalls.pod()
        calls.add("StopPodSandbox", ["pod_sandbox_id": "S"])
        let runtime = FakeCRI()
        runtime.state.withLock { $0.failures["StartContainer"] = GRPCStatus(.internal, "crun: no") }
        let report = try await replay(calls.trace, on: runtime)
        #expect(report.calls == 4)
        #expect(report.failed == 1)
        #expect(report.exitStatus == 1)
        #expect(
            report.differences == [
                .init(sequence: 3, method: "StartContainer", field: "code", recorded: "0", replayed: "13: crun: no")
            ])
    }

    @Test("a call that failed in the recording may succeed")
    func maySucceed() async throws {
        var calls = RecordedCalls.pod()
        calls.add("ExecSync", ["container_id": "C"], failure: 2)
        let report = try await replay(calls.trace, on: FakeCRI())
        #expect(report.failed == 0)
        #expect(report.differences.map(\.field) == ["code"])
    }

    @Test("an exit that the recording shows is waited for, with looks that do not count")
    func awaitedExit() async throws {
        var calls = RecordedCalls.pod()
        calls.add("ContainerStatus", ["container_id": "C"], ["status": ["id": "C", "state": "CONTAINER_EXITED"]])
        let runtime = FakeCRI()
        runtime.state.withLock { $0.statusesBeforeExit = 3 }
        var limits = ReplayLimits()
        limits.poll = .microseconds(10)
        let report = try await replay(calls.trace, on: runtime, limits: limits)
        #expect(report.differences.isEmpty)
        #expect(report.calls == 4)
        #expect(report.latency["ContainerStatus"]?.count == 1)
        #expect(runtime.requests("ContainerStatus").count == 5)
    }

    @Test("an exit that never comes is waited for no longer than the limit, and is a difference")
    func noExit() async throws {
        var calls = RecordedCalls.pod()
        calls.add("ContainerStatus", ["container_id": "C"], ["status": ["id": "C", "state": "CONTAINER_EXITED"]])
        let runtime = FakeCRI()
        runtime.state.withLock { $0.statusesBeforeExit = .max }
        var limits = ReplayLimits()
        limits.endOfLife = .zero
        let report = try await replay(calls.trace, on: runtime, limits: limits)
        #expect(report.differences.map(\.replayed) == ["CONTAINER_RUNNING"])
    }

    @Test("host paths are there when the call is sent, and gone at the end")
    func hostPaths() async throws {
        var calls = RecordedCalls()
        calls.add(
            "CreateContainer",
            [
                "pod_sandbox_id": "S",
                "config": [
                    "mounts": [["container_path": "/etc/hosts", "host_path": "/var/lib/kubelet/pods/u/etc-hosts"]]
                ],
            ], ["container_id": "C"])
        let kept = FakeCRI()
        _ = try await replay(calls.trace, on: kept, keep: true)
        let path = try #require(
            kept.requests("CreateContainer").first?.value(at: "config", "mounts")?.array?.first?.string(at: "host_path")
        )
        #expect(path.hasPrefix("/tmp/oxbow-replayer-test-"))
        #expect(try Files.read(path) == [])
        try Files.removeTree("/tmp/" + path.split(separator: "/")[1])

        let cleared = FakeCRI()
        _ = try await replay(calls.trace, on: cleared)
        let gone = try #require(
            cleared.requests("CreateContainer").first?.value(at: "config", "mounts")?.array?.first?.string(
                at: "host_path"))
        #expect(!Files.exists(gone))
    }

    @Test("the API version is the preferred one where it is known, else the other")
    func apiVersion() async throws {
        let endpoint = try await CRIEndpoint.find(FakeCRI(api: .v1), address: "fake", preferred: .v1alpha2)
        #expect(endpoint.api == .v1)
        let same = try await CRIEndpoint.find(FakeCRI(api: .v1alpha2), address: "fake", preferred: .v1alpha2)
        #expect(same.api == .v1alpha2)
    }

    @Test("a method that the CRI does not have fails without being sent")
    func unknownMethod() async throws {
        var calls = RecordedCalls()
        calls.add("DoSomething")
        let runtime = FakeCRI()
        let report = try await replay(calls.trace, on: runtime)
        #expect(report.failed == 1)
        #expect(report.differences.first?.replayed?.hasPrefix("12: method: not part of the CRI") == true)
        #expect(!runtime.calls.contains("DoSomething"))
    }
}
