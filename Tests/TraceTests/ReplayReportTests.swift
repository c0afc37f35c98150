import CRI
import Testing

@testable import Trace

@Suite("Replay report")
struct ReplayReportTests {
    @Test("the JSON begins with the members that readers rely on")
    func json() {
        var report = ReplayReport(scenario: "one-pod", endpoint: "unix:///s", api: .v1)
        report.calls = 2
        report.failed = 1
        report.differences = [.init(sequence: 4, method: "Status", field: "code", recorded: "0", replayed: nil)]
        report.latency = ["Version": .init(p50: 0.5, p95: 1.25, max: 2, count: 3)]
        #expect(
            report.json.text.hasPrefix(
                #"{"format":"oxbow.replay","version":1,"calls":2,"failed":1,"differences":[{"seq":4,"method":"Status","#
                    + #""field":"code","recorded":"0","replayed":null}],"latency_ms":{"Version":{"p50":0.5,"p95":1.25,"n":3}}"#
            ))
        #expect(report.exitStatus == 1)
    }

    @Test("differences alone do not fail a replay")
    func exitStatus() {
        var report = ReplayReport(scenario: "", endpoint: "", api: .v1)
        report.differences = [.init(sequence: 4, method: "Status", field: "code", recorded: "5", replayed: "0")]
        #expect(report.exitStatus == 0)
    }

    @Test(
        "speeds are read as people write them",
        arguments: [("max", ReplaySpeed.max), ("1", .times(1)), ("0.5", .times(0.5))])
    func speed(text: String, speed: ReplaySpeed) { #expect(ReplaySpeed(text) == speed) }

    @Test("a speed that is no speed is refused", arguments: ["0", "-1", "fast", "inf", "nan", ""])
    func noSpeed(text: String) { #expect(ReplaySpeed(text) == nil) }
}
