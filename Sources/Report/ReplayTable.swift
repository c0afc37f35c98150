package import Trace

/// A replay's report as a terminal shows it.
package enum ReplayTable {
    /// Differences shown in full; the JSON has them all.
    static let shown = 40
    /// Characters of one answer in the table; messages of errors can be long.
    static let cell = 60

    package static func text(_ report: ReplayReport, _ style: Style = .plain) -> String {
        var table = TextTable(header: ["call", "n", "p50 ms", "p95 ms", "max ms"])
        for (method, latency) in report.latency.sorted(by: { $0.key < $1.key }) {
            table.add(
                [method, "\(latency.count)"] + [latency.p50, latency.p95, latency.max].map(Figures.milliseconds))
        }
        return table.text(style) + differences(report, style) + "\n" + verdict(report, style)
    }

    private static func differences(_ report: ReplayReport, _ style: Style) -> String {
        guard !report.differences.isEmpty else { return "" }
        var table = TextTable(header: ["differences: call", "seq", "recorded", "replayed"])
        for difference in report.differences.prefix(shown) {
            table.add([
                "\(difference.method) \(difference.field)", "\(difference.sequence)",
                cut(difference.recorded), cut(difference.replayed),
            ])
        }
        let more = report.differences.count - shown
        return "\n" + table.text(style) + (more > 0 ? "and \(more) more (--json has them all)\n" : "")
    }

    private static func cut(_ text: String?) -> String {
        guard let text else { return Figures.none }
        return text.count > cell ? text.prefix(cell - 1) + "…" : text
    }

    private static func verdict(_ report: ReplayReport, _ style: Style) -> String {
        let failed = "\(report.failed) failed that had succeeded"
        let seconds = Figures.decimal(report.wallTime.milliseconds / 1000, digits: 1)
        var text = "\(report.scenario) on \(report.endpoint) (\(report.api.rawValue)): \(report.calls) calls, "
        text += report.failed == 0 ? style.good(failed) : style.bad(failed)
        text += ", \(report.differences.count) differences, \(seconds) s\n"
        if report.cleared.sandboxes > 0 {
            text += "took away \(report.cleared.sandboxes) sandboxes that the trace had left\n"
        }
        for failure in report.cleared.failures { text += style.warning("left behind: \(failure)") + "\n" }
        return text + style.faint("Latency: from request to trailers at the client, calls that succeeded.") + "\n"
    }
}
