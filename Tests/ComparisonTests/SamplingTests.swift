import CRI
import Testing

@testable import Comparison

@Suite("Sampling")
struct SamplingTests {
    @Test("the machine's CPU is read from /proc/stat")
    func machineCPU() throws {
        let first = try #require(MachineCPU(stat: "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3\n"))
        let second = try #require(MachineCPU(stat: "cpu  160 0 90 850 50 0 0 50 0 0\n"))
        #expect(first == (try #require(MachineCPU(stat: "cpu  100 0 50 800 50 0 0 0"))))
        // 200 ticks in all: 100 busy, of which 0.4 s are ours, 50 stolen.
        let shares = second.shares(since: first, ours: 0.4)
        #expect(shares.steal == 0.25)
        #expect(shares.foreign == 0.3)
    }

    @Test("what is not /proc/stat is refused", arguments: ["", "cpu0 1 2 3 4 5 6 7 8", "cpu  1 2 3"])
    func notStat(text: String) { #expect(MachineCPU(stat: text) == nil) }

    @Test("no time passed, no shares")
    func noTime() throws {
        let sample = try #require(MachineCPU(stat: "cpu  1 2 3 4 5 6 7 8"))
        #expect(sample.shares(since: sample, ours: 1) == (0, 0))
    }

    @Test("what was spawned is the cgroup's CPU less the daemons' own, else what was reaped and what monitors used")
    func cpu() {
        var start = ProcessAccount.Reading()
        start.daemons = 1
        start.cgroup = 3
        start.reaped = 1
        var peak = start
        peak.monitors = 0.25
        var end = start
        end.daemons = 1.5
        end.cgroup = 5.5
        end.reaped = 1.75
        #expect(StageResult.CPU(from: start, peak: peak, to: end) == .init(daemons: 0.5, spawned: 2))
        end.cgroup = nil
        #expect(StageResult.CPU(from: start, peak: peak, to: end) == .init(daemons: 0.5, spawned: 1))
    }

    @Test("memory is read from /proc/meminfo in MiB")
    func memory() { #expect(MachineFacts.memory("MemTotal:        8388608 kB\nMemFree: 1 kB\n") == 8192) }

    @Test("a bridge's tally is a mean of each CRI call")
    func tally() throws {
        let tally = RestTally(
            try JSONValue(
                parsing:
                    #"{"calls":{"Status":{"calls":4,"rest_calls":6,"rest_bytes":100},"(bridge)":{"calls":0,"rest_calls":1,"rest_bytes":9}},"format":"oxbow.rest-tally","version":1}"#
            ))
        #expect(tally.rows == ["Status": .init(calls: 1.5, bytes: 25)])
    }

    @Test("a breakdown is a mean of each pod, over creates and starts, and tells what it does not explain")
    func breakdown() throws {
        let breakdown = StartBreakdown([
            "operations": [
                "create": ["whole": ["n": 4, "total_ms": 20], "steps": ["record": ["n": 4, "total_ms": 10]]],
                "start": [
                    "whole": ["n": 4, "total_ms": 100],
                    "steps": [
                        "runtimeCreate": ["n": 4, "total_ms": 60], "record": ["n": 4, "total_ms": 4],
                        "something": ["n": 1, "total_ms": 2],
                    ],
                ],
                "stop": ["whole": ["n": 4, "total_ms": 999], "steps": ["detach": ["n": 4, "total_ms": 999]]],
            ]
        ])
        let steps = breakdown.steps(pods: 2, podStart: 70)
        #expect(
            steps.map(\.step) == [
                "documents written (daemon)", "conmon and runtime create (programs)", "something",
                "creates and starts, whole", "CRI, bridge, waiting: the rest",
            ])
        #expect(steps.map(\.milliseconds) == [7, 30, 1, 60, 10])
        #expect(breakdown.steps(pods: 0, podStart: 70).isEmpty)
        #expect(StartBreakdown([:]).steps(pods: 2, podStart: 70).isEmpty)
    }

    @Test("halves are of the starts in their order, and need four")
    func halves() {
        var figures = LoadFigures()
        for (number, milliseconds) in [10, 20, 30].enumerated() {
            var pod = PodLoad.Pod(number: number)
            pod.start = .milliseconds(milliseconds)
            figures.add(pod)
        }
        #expect(figures.halves == nil)
        var pod = PodLoad.Pod(number: 4)
        pod.start = .milliseconds(40)
        pod.failures = ["ContainerStatus: gone (code 5)"]
        pod.calls = [("Version", .milliseconds(1))]
        figures.add(pod)
        #expect(figures.halves?.first == 15)
        #expect(figures.halves?.second == 35)
        #expect(figures.failures == ["pod 4: ContainerStatus: gone (code 5)"])
        #expect(figures.calls == ["Version": [.milliseconds(1)]])
    }
}
