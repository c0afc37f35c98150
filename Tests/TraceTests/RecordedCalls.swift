import CRI

@testable import Trace

/// Builds recordings for tests: calls one after the other, ten microseconds each, unless said otherwise.
struct RecordedCalls {
    private(set) var calls: [TraceCall] = []
    private var now: Int = 0

    @discardableResult
    mutating func add(
        _ name: String, _ request: JSONValue = [:], _ answer: JSONValue = [:], at start: Int? = nil,
        for duration: Int = 10,
        failure: Int? = nil
    ) -> TraceCall {
        let service = name.contains("Image") ? "ImageService/" : "RuntimeService/"
        let call = TraceCall(
            sequence: calls.count + 1, start: start ?? now, duration: duration, method: service + name,
            request: request,
            outcome: failure.map { .failure(code: $0, message: "no") } ?? .answer(answer))
        calls.append(call)
        now = max(now, call.end) + 10
        return call
    }

    /// A sandbox `S` with a running container `C`.
    static func pod() -> RecordedCalls {
        var calls = RecordedCalls()
        calls.add("RunPodSandbox", ["config": ["metadata": ["uid": "u"]]], ["pod_sandbox_id": "S"])
        calls.add(
            "CreateContainer", ["pod_sandbox_id": "S", "config": ["labels": ["a": "1", "b": "2", "c": "3"]]],
            ["container_id": "C"])
        calls.add("StartContainer", ["container_id": "C"])
        return calls
    }

    var trace: Trace { Trace(header: TraceHeader(api: .v1), calls: calls) }
    var plan: ReplayPlan { ReplayPlan(trace) }
    /// The last call, planned.
    var last: ReplayPlan.Step { plan.steps[calls.count - 1] }
}
