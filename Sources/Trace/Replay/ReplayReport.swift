package import CRI

/// What came of a replay.
package struct ReplayReport: Sendable, Equatable {
    package static let format = "oxbow.replay"
    package static let version = 1

    package var scenario: String
    package var endpoint: String
    package var api: APIVersion
    /// Calls played; the replay's own looks at states and its clearing up are not among them.
    package var calls = 0
    /// Calls that succeeded in the recording and failed here.
    package var failed = 0
    package var differences: [Difference] = []
    /// `RunPodSandbox` → how long its calls took here.
    package var latency: [String: LatencySummary] = [:]
    package var wallTime: Duration = .zero
    package var cleared = ClearingUp()

    /// What the replay took away at its end because the trace had left it.
    package struct ClearingUp: Sendable, Equatable {
        package var sandboxes = 0
        /// What could not be taken away, and why.
        package var failures: [String] = []
        package init() {}
    }

    package init(scenario: String, endpoint: String, api: APIVersion) {
        self.scenario = scenario
        self.endpoint = endpoint
        self.api = api
    }

    /// 0 when every call that succeeded in the recording succeeded here.
    package var exitStatus: Int32 { failed == 0 ? 0 : 1 }

    package var json: JSONValue {
        [
            "format": .string(Self.format), "version": .integer(Self.version),
            "calls": .integer(calls), "failed": .integer(failed),
            "differences": .array(differences.map(\.json)),
            "latency_ms": .object(
                pairs: latency.sorted { $0.key < $1.key }.map { method, summary in
                    (
                        method,
                        ["p50": .decimal(summary.p50), "p95": .decimal(summary.p95), "n": .integer(summary.count)]
                    )
                }),
            "scenario": .string(scenario), "endpoint": .string(endpoint), "api": .string(api.rawValue),
            "wall_ms": .decimal(wallTime.milliseconds),
            "cleared": [
                "sandboxes": .integer(cleared.sandboxes), "failures": .array(cleared.failures.map { .string($0) }),
            ],
        ]
    }
}
