import Testing
import Trace

@testable import Comparison

@Suite("Comparison result")
struct ComparisonResultTests {
    static func example() -> ComparisonResult {
        var old = StageResult(name: "dockershim")
        old.podStart = LatencySummary(p50: 120.4, p95: 150, max: 201.25, count: 20)
        old.calls = [
            "RunPodSandbox": .init(
                latency: .init(p50: 80, p95: 99.96, max: 120, count: 21), restCalls: 5, restBytes: 6021.4),
            "Version": .init(latency: .init(p50: 0.312, p95: 0.5, max: 1, count: 13), restCalls: 1, restBytes: 900),
        ]
        old.cpu = .init(daemons: 1.5, spawned: 2.25)
        old.memory = .init(daemons: 24, monitors: 16)
        old.idle = .init(daemons: 18, monitors: 0)
        old.breakdown = [("conmon and create", 14.25), ("cni", 21)]
        old.halves = (119, 122)
        old.method = "CPU from somewhere"
        var direct = StageResult(name: "cri-plugin")
        direct.podStart = LatencySummary(p50: 60.2, p95: 75, max: 80, count: 20)
        direct.calls = ["RunPodSandbox": .init(latency: .init(p50: 40, p95: 50, max: 60, count: 21))]
        direct.cpu = .init(daemons: 0.5, spawned: 2)
        direct.memory = .init(daemons: 10, monitors: 10)
        direct.failed = 1
        return ComparisonResult(
            machine: MachineFacts(
                kernel: "6.18.0", cpus: 2, memoryMiB: 3900, cgroups: "v1", programs: ["crun": "crun version 1.8.1"],
                load: 0.5),
            stages: [old, direct],
            ratios: .init(old: "dockershim", direct: "cri-plugin", podStart: 2, cpu: 1.5, memory: 2),
            warnings: ["machine: busy"])
    }

    @Test("the JSON has the members that readers rely on")
    func json() {
        #expect(
            Self.example().json.text
                == #"{"format":"oxbow.comparison","version":1,"machine":{"kernel":"6.18.0","cpus":2,"memory_mib":3900,"#
                + #""cgroup":"v1","load":0.5,"programs":{"crun":"crun version 1.8.1"}},"stages":{"dockershim":{"#
                + #""pod_start_ms":{"p50":120.4,"p95":150,"max":201.25,"n":20},"calls":{"#
                + #""RunPodSandbox":{"p50_ms":80,"p95_ms":99.96,"n":21,"rest_calls":5,"rest_bytes":6021.4},"#
                + #""Version":{"p50_ms":0.312,"p95_ms":0.5,"n":13,"rest_calls":1,"rest_bytes":900}},"#
                + #""cpu_s":{"daemons":1.5,"spawned":2.25},"pss_mib":{"daemons":24,"monitors":16},"failed":0,"#
                + #""idle_pss_mib":{"daemons":18,"monitors":0},"breakdown_ms":{"conmon and create":14.25,"cni":21},"#
                + #""pod_start_halves_ms":{"first":119,"second":122},"method":"CPU from somewhere"},"#
                + #""cri-plugin":{"pod_start_ms":{"p50":60.2,"p95":75,"max":80,"n":20},"#
                + #""calls":{"RunPodSandbox":{"p50_ms":40,"p95_ms":50,"n":21,"rest_calls":0,"rest_bytes":0}},"#
                + #""cpu_s":{"daemons":0.5,"spawned":2},"pss_mib":{"daemons":10,"monitors":10},"failed":1,"#
                + #""idle_pss_mib":{"daemons":0,"monitors":0},"method":""}},"#
                + #""ratios":{"pod_start":2,"cpu":1.5,"memory":2,"old":"dockershim","direct":"cri-plugin"},"#
                + #""warnings":["machine: busy"]}"#)
    }

    @Test("tenths are rounded, below zero too")
    func rounding() {
        #expect(12.34.rounded1 == "12.3")
        #expect((-0.05).rounded1 == "-0.1")
        #expect(0.0.rounded1 == "0.0")
    }
}
