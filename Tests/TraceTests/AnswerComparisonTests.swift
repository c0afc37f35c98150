import CRI
import Testing

@testable import Trace

@Suite("Answer comparison")
struct AnswerComparisonTests {
    private var identities: Identities {
        var identities = Identities()
        identities.learn(from: "RunPodSandbox", recorded: ["pod_sandbox_id": "S"], replayed: ["pod_sandbox_id": "s"])
        identities.learn(from: "CreateContainer", recorded: ["container_id": "C"], replayed: ["container_id": "c"])
        return identities
    }

    /// What is different when the last of `calls` is answered with `now`.
    private func fields(_ calls: RecordedCalls, _ now: TraceCall.Outcome) -> [String] {
        AnswerComparison.differences(calls.last, replayed: now, plan: calls.plan, identities: identities).map {
            "\($0.field): \($0.recorded ?? "-") → \($0.replayed ?? "-")"
        }
    }

    private func fields(_ name: String, _ old: JSONValue, _ new: JSONValue) -> [String] {
        var calls = RecordedCalls.pod()
        calls.add(name, [:], old)
        return fields(calls, .answer(new))
    }

    @Test("ids, times, addresses and sizes are no differences")
    func ofNoMatter() {
        #expect(
            fields(
                "ContainerStatus",
                [
                    "status": [
                        "id": "C", "state": "CONTAINER_RUNNING", "created_at": "1", "image_ref": "x", "log_path": "/a",
                    ]
                ],
                [
                    "status": [
                        "id": "c", "state": "CONTAINER_RUNNING", "created_at": "2", "image_ref": "y", "log_path": "/b",
                    ]
                ]
            ).isEmpty)
        #expect(
            fields(
                "PodSandboxStatus", ["status": ["id": "S", "network": ["ip": "10.0.0.1"]]],
                ["status": ["id": "s", "network": ["ip": "10.0.0.9"]]]
            ).isEmpty)
    }

    @Test("state, exit code, reason, attempt, mounts and labels of a container are")
    func container() {
        #expect(
            fields(
                "ContainerStatus",
                [
                    "status": [
                        "id": "C", "state": "CONTAINER_EXITED", "exit_code": .integer(1), "reason": "Error",
                        "image_ref": "x",
                        "labels": ["a": "1", "b": "2", "x": "image's own"], "mounts": .array([[:]]),
                    ]
                ],
                [
                    "status": [
                        "id": "c", "state": "CONTAINER_RUNNING", "reason": "Completed", "labels": ["a": "1", "c": "3"],
                        "metadata": ["attempt": .integer(1)],
                    ]
                ]) == [
                    "status.state: CONTAINER_EXITED → CONTAINER_RUNNING", "status.exit_code: 1 → -",
                    "status.reason: Error → Completed", "status.image_ref: present → -",
                    "status.metadata.attempt: - → 1",
                    "status.mounts: 1 → 0", "status.labels[b]: 2 → -", "status.labels[c]: - → 3",
                ])
    }

    @Test("a sandbox's state, and whether it has an address, are")
    func sandbox() {
        #expect(
            fields(
                "PodSandboxStatus", ["status": ["id": "S", "network": ["ip": "1"]]],
                ["status": ["id": "s", "state": "SANDBOX_NOTREADY", "network": [:]]]
            ) == ["status.state: SANDBOX_READY → SANDBOX_NOTREADY", "status.network.ip: present → -"])
    }

    @Test("lists are compared over the replay's own objects")
    func lists() {
        let foreign: JSONValue = ["id": "somebody", "state": "CONTAINER_RUNNING"]
        let old: JSONValue = ["id": "C", "metadata": ["name": "main"], "state": "CONTAINER_RUNNING"]
        let new: JSONValue = ["id": "c", "metadata": ["name": "main"], "state": "CONTAINER_RUNNING"]
        #expect(
            fields("ListContainers", ["containers": .array([old])], ["containers": .array([foreign, new])]).isEmpty)
        #expect(
            fields("ListContainers", ["containers": .array([old])], ["containers": .array([foreign])])
                == ["containers[main/0]: present → -"])
        #expect(fields("ListContainers", [:], ["containers": .array([new])]) == ["containers[main/0]: - → present"])
        #expect(
            fields(
                "ListPodSandbox", ["items": .array([["id": "S"]])],
                ["items": .array([["id": "s", "state": "SANDBOX_NOTREADY"]])])
                == ["items[S/0].state: SANDBOX_READY → SANDBOX_NOTREADY"])
    }

    @Test("what another call was changing in the recording is not compared")
    func unsteady() {
        var calls = RecordedCalls.pod()
        calls.add("StopPodSandbox", ["pod_sandbox_id": "S"], at: 100, for: 50)
        calls.add(
            "ListContainers", [:], ["containers": .array([["id": "C", "state": "CONTAINER_RUNNING"]])], at: 120, for: 5)
        #expect(fields(calls, .answer([:])).isEmpty)
    }

    @Test("figures of a container that was stopped are each runtime's own")
    func figuresAfterTheEnd() {
        var calls = RecordedCalls.pod()
        calls.add("StopContainer", ["container_id": "C"])
        calls.add("ListContainerStats", [:], ["stats": [["attributes": ["id": "C"]]]])
        #expect(fields(calls, .answer([:])).isEmpty)
    }

    @Test("a container that ends by itself may be further on, but not behind")
    func shortLived() {
        var calls = RecordedCalls.pod()
        calls.add("ContainerStatus", [:], ["status": ["id": "C", "state": "CONTAINER_RUNNING"]])
        let running = calls
        calls.add("ContainerStatus", [:], ["status": ["id": "C", "state": "CONTAINER_EXITED"]])
        let plan = calls.plan
        let ahead = AnswerComparison.differences(
            plan.steps[3], replayed: .answer(["status": ["id": "c", "state": "CONTAINER_EXITED"]]), plan: plan,
            identities: identities)
        #expect(ahead.isEmpty)
        #expect(
            fields(calls, .answer(["status": ["id": "c", "state": "CONTAINER_RUNNING"]]))
                == ["status.state: CONTAINER_EXITED → CONTAINER_RUNNING"])
        #expect(
            fields(running, .answer(["status": ["id": "c", "state": "CONTAINER_EXITED"]]))
                == ["status.state: CONTAINER_RUNNING → CONTAINER_EXITED"])
    }

    @Test("codes are compared, and a call that failed and now succeeds is noted")
    func codes() {
        var calls = RecordedCalls.pod()
        calls.add("ExecSync")
        #expect(fields(calls, .failure(code: 13, message: "broken")) == ["code: 0 → 13: broken"])
        calls.add("ExecSync", failure: 2)
        #expect(fields(calls, .answer([:])) == ["code: 2 → 0"])
        #expect(fields(calls, .failure(code: 5, message: "")) == ["code: 2 → 5"])
        #expect(fields(calls, .failure(code: 2, message: "other words")).isEmpty)
    }

    @Test("conditions, exec results, images and figures are compared")
    func others() {
        func status(_ ready: Bool) -> JSONValue {
            ["status": ["conditions": .array([["type": "RuntimeReady", "status": .bool(ready)]])]]
        }
        #expect(fields("Status", status(true), status(false)) == ["status.conditions[RuntimeReady]: true → false"])
        #expect(
            fields("ExecSync", ["stdout": "YQ=="], ["stdout": "Yg==", "exit_code": .integer(1)]) == [
                "exit_code: - → 1", "stdout: YQ== → Yg==",
            ])
        #expect(fields("ImageStatus", ["image": ["id": "1"]], [:]) == ["image: present → -"])
        #expect(fields("ImageFsInfo", ["image_filesystems": .array([[:]])], [:]) == ["image_filesystems: present → -"])
        #expect(
            fields("ListContainerStats", ["stats": .array([["attributes": ["id": "C"]]])], [:]) == [
                "stats[C]: present → -"
            ])
    }
}
