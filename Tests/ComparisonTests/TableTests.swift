import Testing
import Trace

@testable import Comparison
@testable import Report

@Suite("Tables")
struct TableTests {
    @Test("the first column is to the left, the others to the right, and no line ends with a blank")
    func textTable() {
        var table = TextTable(header: ["", "old", "direct"])
        table.section("pod start")
        table.add(["p50", "120", "9.50"])
        table.add(["max ÷", "–", ""])
        #expect(
            table.text() == """
                       old  direct

                pod start
                p50    120    9.50
                max ÷    –

                """)
    }

    @Test(
        "milliseconds lose digits as they grow",
        arguments: [(0.0314, "0.03"), (9.994, "9.99"), (12.34, "12.3"), (99.94, "99.9"), (250.6, "251")])
    func milliseconds(value: Double, text: String) { #expect(Figures.milliseconds(value) == text) }

    @Test("numbers that are none are a dash")
    func noNumbers() {
        #expect(Figures.decimal(.nan, digits: 1) == "–")
        #expect(Figures.decimal(.infinity, digits: 1) == "–")
        #expect(Figures.ratio(1, 0) == "–")
        #expect(Figures.ratio(3, 2) == "1.50×")
        #expect(Figures.decimal(-1.25, digits: 1) == "-1.3")
        #expect(Figures.decimal(-0.001, digits: 1) == "0.0")
    }

    @Test("a comparison stands side by side, with ratios, breakdown, warnings and how it was measured")
    func comparison() {
        #expect(
            ComparisonTable.text(ComparisonResultTests.example()) == """
                Linux 6.18.0, 2 CPUs, 3900 MiB, cgroup v1, load 0.50
                crun version 1.8.1

                                              dockershim  cri-plugin  old ÷ direct

                pod start, ms
                p50                                  120        60.2         2.00×
                p95                                  150        75.0         2.00×
                max                                  201        80.0         2.52×

                CPU, s
                daemons                             1.50        0.50         3.00×
                what they spawn                     2.25        2.00         1.13×
                together                            3.75        2.50         1.50×

                PSS with every pod running, MiB
                daemons                             24.0        10.0         2.40×
                monitors                            16.0        10.0         1.60×
                together                            40.0        20.0         2.00×
                daemons before the first pod        18.0         0.0             –

                calls, ms: p50
                RunPodSandbox                       80.0        40.0         2.00×
                Version                             0.31           –             –

                calls, ms: p95
                RunPodSandbox                        100        50.0         2.00×
                Version                             0.50           –             –

                REST calls for one CRI call
                RunPodSandbox                        5.0         0.0             –
                Version                              1.0           –             –

                REST bytes for one CRI call
                RunPodSandbox                       6021           0             –
                Version                              900           –             –

                calls failed
                of trace and load                      0           1

                one pod start, ms (mean; steps overlap)  dockershim
                conmon and create                              14.3
                cni                                            21.0

                warning: machine: busy

                Pod start: from RunPodSandbox sent to StartContainer answered, 20 pods of one container, over the CRI socket.
                Calls: from request to trailers at the client, trace and load together.
                CPU: while trace and load ran; the containers' own processes are not counted.
                Ratio: old ÷ direct; above 1 the direct way is better.
                dockershim: CPU from somewhere.

                """)
    }

    @Test("steps of several breakdowns keep their order")
    func merged() {
        #expect(
            ComparisonTable.merged([["a", "c", "whole"], ["a", "b", "c", "d", "whole"]]) == [
                "a", "b", "c", "d", "whole",
            ])
        #expect(ComparisonTable.merged([]) == [])
    }

    @Test("a replay shows latencies, differences and the verdict")
    func replay() {
        var report = ReplayReport(scenario: "one-pod", endpoint: "unix:///s", api: .v1alpha2)
        report.calls = 361
        report.failed = 1
        report.latency = ["Version": .init(p50: 0.2, p95: 0.4, max: 1.5, count: 13)]
        report.differences = [
            .init(
                sequence: 57, method: "ContainerStatus", field: "status.state", recorded: "CONTAINER_EXITED",
                replayed: nil)
        ]
        report.wallTime = .milliseconds(1234)
        report.cleared.sandboxes = 1
        report.cleared.failures = ["cgroup: still in use (/x)"]
        #expect(
            ReplayTable.text(report) == """
                call      n  p50 ms  p95 ms  max ms
                Version  13    0.20    0.40    1.50

                differences: call             seq          recorded  replayed
                ContainerStatus status.state   57  CONTAINER_EXITED         –

                one-pod on unix:///s (runtime.v1alpha2): 361 calls, 1 failed that had succeeded, 1 differences, 1.2 s
                took away 1 sandboxes that the trace had left
                left behind: cgroup: still in use (/x)
                Latency: from request to trailers at the client, calls that succeeded.

                """)
    }

    @Test("a long answer is cut, and so is a long list")
    func longReplay() {
        var report = ReplayReport(scenario: "s", endpoint: "e", api: .v1)
        let one = Difference(
            sequence: 1, method: "M", field: "f", recorded: String(repeating: "x", count: 61), replayed: "0")
        report.differences = Array(repeating: one, count: 42)
        let text = ReplayTable.text(report)
        #expect(text.contains("  " + String(repeating: "x", count: 59) + "…  "))
        #expect(text.contains("\nand 2 more (--json has them all)\n"))
    }

    @Test("NO_COLOR, a dumb terminal and a pipe mean no colours")
    func style() {
        #expect(Style(terminal: true, environment: [:]).colours)
        #expect(Style(terminal: true, environment: ["NO_COLOR": ""]).colours)
        #expect(!Style(terminal: true, environment: ["NO_COLOR": "1"]).colours)
        #expect(!Style(terminal: true, environment: ["TERM": "dumb"]).colours)
        #expect(!Style(terminal: false, environment: [:]).colours)
        #expect(Style(colours: true).bold("x") == "\u{1B}[1mx\u{1B}[0m")
        #expect(Style.plain.bold("x") == "x")
    }
}
