package import Comparison
import Trace

/// A comparison as a terminal shows it: stages side by side, the ratio at the right, how it was measured beneath.
package enum ComparisonTable {
    package static func text(_ result: ComparisonResult, _ style: Style = .plain) -> String {
        machine(result.machine) + "\n" + table(result).text(style) + breakdown(result, style) + warnings(result, style)
            + footer(result, style)
    }

    private static func machine(_ facts: MachineFacts) -> String {
        let programs = facts.programs.sorted { $0.key < $1.key }.map(\.value)
        return "Linux \(facts.kernel), \(facts.cpus) CPUs, \(facts.memoryMiB) MiB, cgroup \(facts.cgroups), load "
            + "\(Figures.decimal(facts.load, digits: 2))\n"
            + (programs.isEmpty ? "" : programs.joined(separator: ", ") + "\n")
    }

    private static func table(_ result: ComparisonResult) -> TextTable {
        let stages = result.stages
        let pair = result.ratios.flatMap { ratios in
            stages.first { $0.name == ratios.old }.flatMap { old in
                stages.first { $0.name == ratios.direct }.map { (old: old, direct: $0) }
            }
        }
        var table = TextTable(header: [""] + stages.map(\.name) + (pair == nil ? [] : ["old ÷ direct"]))
        func row(_ label: String, _ format: (Double) -> String, _ value: (StageResult) -> Double?) {
            let cells = stages.map { value($0).map(format) ?? Figures.none }
            table.add([label] + cells + (pair.map { [Figures.ratio(value($0.old), value($0.direct))] } ?? []))
        }
        let ms = Figures.milliseconds
        table.section("pod start, ms")
        row("p50", ms) { $0.podStart?.p50 }
        row("p95", ms) { $0.podStart?.p95 }
        row("max", ms) { $0.podStart?.max }
        table.section("CPU, s")
        row("daemons", Figures.seconds) { $0.cpu.daemons }
        row("what they spawn", Figures.seconds) { $0.cpu.spawned }
        row("together", Figures.seconds) { $0.cpu.total }
        table.section("PSS with every pod running, MiB")
        row("daemons", Figures.mebibytes) { $0.memory.daemons }
        row("monitors", Figures.mebibytes) { $0.memory.monitors }
        row("together", Figures.mebibytes) { $0.memory.total }
        row("daemons before the first pod", Figures.mebibytes) { $0.idle.daemons }
        let methods = Set(stages.flatMap(\.calls.keys)).sorted()
        table.section("calls, ms: p50")
        for method in methods { row(method, ms) { $0.calls[method]?.latency.p50 } }
        table.section("calls, ms: p95")
        for method in methods { row(method, ms) { $0.calls[method]?.latency.p95 } }
        let bridged = methods.filter { method in stages.contains { ($0.calls[method]?.restCalls ?? 0) > 0 } }
        if !bridged.isEmpty {
            table.section("REST calls for one CRI call")
            for method in bridged { row(method, { Figures.decimal($0, digits: 1) }) { $0.calls[method]?.restCalls } }
            table.section("REST bytes for one CRI call")
            for method in bridged { row(method, { Figures.decimal($0, digits: 0) }) { $0.calls[method]?.restBytes } }
        }
        table.section("calls failed")
        table.add(["of trace and load"] + stages.map { "\($0.failed)" })
        return table
    }

    private static func breakdown(_ result: ComparisonResult, _ style: Style) -> String {
        let stages = result.stages.filter { !$0.breakdown.isEmpty }
        guard !stages.isEmpty else { return "" }
        let steps = merged(stages.map { $0.breakdown.map(\.step) })
        var table = TextTable(header: ["one pod start, ms (mean; steps overlap)"] + stages.map(\.name))
        for step in steps {
            table.add(
                [step]
                    + stages.map { stage in
                        stage.breakdown.first { $0.step == step }.map { Figures.milliseconds($0.milliseconds) }
                            ?? Figures.none
                    })
        }
        return "\n" + table.text(style)
    }

    /// Every step once, each list's order kept: a step that only one has goes after the one before it there.
    static func merged(_ lists: [[String]]) -> [String] {
        var steps: [String] = []
        for list in lists {
            var place = 0
            for step in list {
                if let known = steps.firstIndex(of: step) {
                    place = known + 1
                } else {
                    steps.insert(step, at: place)
                    place += 1
                }
            }
        }
        return steps
    }

    private static func warnings(_ result: ComparisonResult, _ style: Style) -> String {
        result.warnings.isEmpty ? "" : "\n" + result.warnings.map { style.warning("warning: \($0)") + "\n" }.joined()
    }

    private static func footer(_ result: ComparisonResult, _ style: Style) -> String {
        let pods = result.stages.compactMap(\.podStart?.count).max() ?? 0
        var lines = [
            "Pod start: from RunPodSandbox sent to StartContainer answered, \(pods) pods of one container, over the CRI socket.",
            "Calls: from request to trailers at the client, trace and load together.",
            "CPU: while trace and load ran; the containers' own processes are not counted.",
            "Ratio: old ÷ direct; above 1 the direct way is better.",
        ]
        for stage in result.stages where !stage.method.isEmpty { lines.append("\(stage.name): \(stage.method).") }
        return "\n" + lines.map { style.faint($0) + "\n" }.joined()
    }
}
