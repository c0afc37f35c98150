import CRI
import Testing

@testable import Trace

@Suite("Replay plan")
struct ReplayPlanTests {
    private let exited: JSONValue = ["status": ["id": "C", "state": "CONTAINER_EXITED"]]

    @Test("a status that shows an exit waits for it")
    func awaitedExit() {
        var calls = RecordedCalls.pod()
        calls.add("ContainerStatus", ["container_id": "C"], ["status": ["id": "C", "state": "CONTAINER_RUNNING"]])
        #expect(calls.last.awaited.isEmpty)
        calls.add("ContainerStatus", ["container_id": "C"], exited)
        #expect(calls.last.awaited == [.init(kind: .container, id: "C")])
        calls.add("PodSandboxStatus", ["pod_sandbox_id": "S"], ["status": ["id": "S", "state": "SANDBOX_NOTREADY"]])
        #expect(calls.last.awaited == [.init(kind: .sandbox, id: "S")])
    }

    @Test("a list that shows an end waits for it, and so does a list of what runs that leaves a container out")
    func awaitedInLists() {
        var calls = RecordedCalls.pod()
        calls.add(
            "ListContainers", [:],
            [
                "containers": .array([
                    ["id": "C", "state": "CONTAINER_EXITED"], ["id": "D", "state": "CONTAINER_RUNNING"],
                ])
            ])
        #expect(calls.last.awaited == [.init(kind: .container, id: "C")])
        calls.add("ListContainers", ["filter": ["state": ["state": "CONTAINER_RUNNING"]]])
        #expect(calls.last.awaited == [.init(kind: .container, id: "C")])
        calls.add("RemoveContainer", ["container_id": "C"])
        calls.add("ListContainers", ["filter": ["state": ["state": "CONTAINER_RUNNING"]]])
        #expect(calls.last.awaited.isEmpty)
    }

    @Test("a list of what runs says nothing about a container that was just being started, or when it asks for more")
    func noAwaiting() {
        var calls = RecordedCalls.pod()
        calls.add("ListContainers", ["filter": ["state": ["state": "CONTAINER_RUNNING"]]], at: 45)
        #expect(calls.last.awaited.isEmpty)
        calls.add("ListContainers", ["filter": ["id": "X", "state": ["state": "CONTAINER_RUNNING"]]])
        #expect(calls.last.awaited.isEmpty)
    }

    @Test("what had not begun when it was shown as ended is not waited for")
    func notBegun() {
        var calls = RecordedCalls()
        calls.add("RunPodSandbox", [:], ["pod_sandbox_id": "S"], at: 0, for: 100)
        calls.add("ListPodSandbox", [:], ["items": [["id": "S", "state": "SANDBOX_NOTREADY"]]], at: 50, for: 10)
        #expect(calls.last.awaited.isEmpty)
        calls.add("ListPodSandbox", [:], ["items": [["id": "S", "state": "SANDBOX_NOTREADY"]]], at: 110, for: 10)
        #expect(calls.last.awaited == [.init(kind: .sandbox, id: "S")])
    }

    @Test("a container seen exited before anything stopped it ended by itself")
    func shortLived() {
        var calls = RecordedCalls.pod()
        calls.add("ContainerStatus", ["container_id": "C"], exited)
        calls.add("StopPodSandbox", ["pod_sandbox_id": "S"])
        #expect(calls.plan.shortLived == ["C"])

        calls = RecordedCalls.pod()
        calls.add("StopPodSandbox", ["pod_sandbox_id": "S"])
        calls.add("ContainerStatus", ["container_id": "C"], exited)
        #expect(calls.plan.shortLived.isEmpty)
    }

    @Test("a stop knows its container's start and the time between")
    func settling() throws {
        var calls = RecordedCalls.pod()
        calls.add("StopContainer", ["container_id": "C"], at: 1050)
        let settling = try #require(calls.last.settling)
        #expect(settling.start == 2)
        #expect(settling.gap == .microseconds(1000))
        calls.add("StopContainer", ["container_id": "unknown"])
        #expect(calls.last.settling == nil)
    }

    @Test("an id known from a list before its maker answered makes the plan wait for the maker")
    func earlyId() {
        var calls = RecordedCalls()
        calls.add("RunPodSandbox", [:], ["pod_sandbox_id": "S"], at: 0, for: 100)
        calls.add("PodSandboxStatus", ["pod_sandbox_id": "S"], [:], at: 50, for: 10)
        var schedule = calls.plan.schedule
        #expect(schedule.startable() == 0..<1)
        schedule.end(0)
        #expect(schedule.startable() == 1..<2)
    }

    @Test("what other calls changed meanwhile is unsteady, and nothing else")
    func unsteady() {
        var calls = RecordedCalls.pod()
        calls.add("StopContainer", ["container_id": "C"], at: 100, for: 50)
        calls.add("ListContainers", at: 120, for: 5)
        calls.add("PullImage", ["image": ["image": "i"]], at: 140, for: 50)
        calls.add("ListContainers", at: 160, for: 5)
        calls.add("ListContainers", at: 200, for: 5)
        let unsteady = calls.plan.steps.map(\.unsteady)
        #expect(unsteady == [[], [], [], ["images"], ["S"], ["S"], ["images"], []])
    }
}
