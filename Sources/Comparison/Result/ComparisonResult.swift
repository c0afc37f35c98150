package import CRI
package import Trace

/// What a comparison found out, with how it was found.
package struct ComparisonResult: Sendable, Equatable {
    package static let format = "oxbow.comparison"
    package static let version = 1

    package var machine: MachineFacts
    /// In the order in which they ran.
    package var stages: [StageResult]
    package var ratios: Ratios?
    /// Sentences for the reader: where the figures mean less than they seem to.
    package var warnings: [String]

    /// Old ÷ direct: above 1 the direct way is better.
    package struct Ratios: Sendable, Equatable {
        package var old: String
        package var direct: String
        package var podStart: Double?
        package var cpu: Double?
        package var memory: Double?
    }

    package init(machine: MachineFacts, stages: [StageResult], ratios: Ratios?, warnings: [String]) {
        self.machine = machine
        self.stages = stages
        self.ratios = ratios
        self.warnings = warnings
    }

    package var json: JSONValue {
        var ratios: [(String, JSONValue)] = []
        if let found = self.ratios {
            for (key, value) in [("pod_start", found.podStart), ("cpu", found.cpu), ("memory", found.memory)] {
                ratios.append((key, value.map { .decimal($0) } ?? .null))
            }
            ratios.append(("old", .string(found.old)))
            ratios.append(("direct", .string(found.direct)))
        }
        return [
            "format": .string(Self.format), "version": .integer(Self.version), "machine": machine.json,
            "stages": .object(pairs: stages.map { ($0.name, $0.json) }), "ratios": .object(pairs: ratios),
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}

/// One stage's or endpoint's figures.
package struct StageResult: Sendable, Equatable {
    package var name: String
    /// RunPodSandbox begun to StartContainer done, in the synthetic load.
    package var podStart: LatencySummary?
    /// `RunPodSandbox` → its figures, trace and load together.
    package var calls: [String: CallFigures] = [:]
    package var cpu = CPU()
    /// With every pod of the load running.
    package var memory = Memory()
    /// Before the first pod.
    package var idle = Memory()
    /// Calls that failed: of the trace those that succeeded in the recording, of the load any.
    package var failed = 0
    /// Step → mean milliseconds of one pod start; empty where the daemon does not tell.
    package var breakdown: [(step: String, milliseconds: Double)] = []
    /// p50 of pod starts in the first and in the second half of the load.
    package var halves: (first: Double, second: Double)?
    /// How CPU and memory were counted.
    package var method: String = ""

    package struct CallFigures: Sendable, Equatable {
        package var latency: LatencySummary
        /// Mean of one CRI call; 0 where there is no REST.
        package var restCalls: Double
        package var restBytes: Double
        package init(latency: LatencySummary, restCalls: Double = 0, restBytes: Double = 0) {
            self.latency = latency
            self.restCalls = restCalls
            self.restBytes = restBytes
        }
    }

    /// Seconds of CPU.
    package struct CPU: Sendable, Equatable {
        package var daemons = 0.0
        /// Programs that the daemons started, monitors included, containers not.
        package var spawned = 0.0
        package init(daemons: Double = 0, spawned: Double = 0) {
            self.daemons = daemons
            self.spawned = spawned
        }
        package var total: Double { daemons + spawned }
    }

    /// Proportional set size in MiB.
    package struct Memory: Sendable, Equatable {
        package var daemons = 0.0
        package var monitors = 0.0
        package init(daemons: Double = 0, monitors: Double = 0) {
            self.daemons = daemons
            self.monitors = monitors
        }
        package var total: Double { daemons + monitors }
    }

    package init(name: String) { self.name = name }

    package static func == (a: StageResult, b: StageResult) -> Bool { a.json == b.json && a.method == b.method }

    package var json: JSONValue {
        var members: [(String, JSONValue)] = []
        if let podStart {
            members.append(
                (
                    "pod_start_ms",
                    [
                        "p50": .decimal(podStart.p50), "p95": .decimal(podStart.p95), "max": .decimal(podStart.max),
                        "n": .integer(podStart.count),
                    ]
                ))
        }
        members.append(
            (
                "calls",
                .object(
                    pairs: calls.sorted { $0.key < $1.key }.map { method, figures in
                        (
                            method,
                            [
                                "p50_ms": .decimal(figures.latency.p50), "p95_ms": .decimal(figures.latency.p95),
                                "n": .integer(figures.latency.count), "rest_calls": .decimal(figures.restCalls),
                                "rest_bytes": .decimal(figures.restBytes),
                            ]
                        )
                    })
            ))
        members.append(("cpu_s", ["daemons": .decimal(cpu.daemons), "spawned": .decimal(cpu.spawned)]))
        members.append(("pss_mib", memory.json))
        members.append(("failed", .integer(failed)))
        members.append(("idle_pss_mib", idle.json))
        if !breakdown.isEmpty {
            members.append(("breakdown_ms", .object(pairs: breakdown.map { ($0.step, .decimal($0.milliseconds)) })))
        }
        if let halves {
            members.append(
                ("pod_start_halves_ms", ["first": .decimal(halves.first), "second": .decimal(halves.second)]))
        }
        members.append(("method", .string(method)))
        return .object(pairs: members)
    }
}

extension StageResult.Memory {
    var json: JSONValue { ["daemons": .decimal(daemons), "monitors": .decimal(monitors)] }
}
