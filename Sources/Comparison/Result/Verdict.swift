import Trace

/// What the figures of all stages say together, and how far they can be trusted.
struct Verdict {
    let ratios: ComparisonResult.Ratios?
    let warnings: [String]

    /// - Parameters:
    ///   - old: the stage whose figures are divided.
    ///   - direct: the stage by whose figures they are divided.
    init(stages: [StageResult], old: String, direct: String, noise: [NoiseSample]) {
        var warnings = Self.warnings(about: noise)
        if let first = stages.first(where: { $0.name == old }), let second = stages.first(where: { $0.name == direct })
        {
            ratios = ComparisonResult.Ratios(
                old: old, direct: direct, podStart: Self.ratio(first.podStart?.p50, second.podStart?.p50),
                cpu: Self.ratio(first.cpu.total, second.cpu.total),
                memory: Self.ratio(first.memory.total, second.memory.total))
            if let warning = Self.doubt(first, second) { warnings.append(warning) }
        } else {
            ratios = nil
        }
        for stage in stages where stage.failed > 0 {
            warnings.append(
                "\(stage.name): \(stage.failed) calls failed, so its figures are of less work than the others'")
        }
        self.warnings = warnings
    }

    private static func ratio(_ a: Double?, _ b: Double?) -> Double? {
        guard let a, let b, b > 0 else { return nil }
        return a / b
    }

    /// A difference smaller than what one stage shows between the halves of its own load says nothing.
    private static func doubt(_ a: StageResult, _ b: StageResult) -> String? {
        guard let first = a.podStart?.p50, let second = b.podStart?.p50 else { return nil }
        let spread = [a, b].compactMap { stage in stage.halves.map { abs($0.first - $0.second) } }.max() ?? 0
        let difference = abs(first - second)
        guard difference < spread else { return nil }
        return
            "pod start: \(a.name) and \(b.name) differ by \(difference.rounded1) ms, less than one of them does between "
            + "the halves of its own load (\(spread.rounded1) ms); the difference means nothing here"
    }

    private static func warnings(about noise: [NoiseSample]) -> [String] {
        var result: [String] = []
        let spins = noise.flatMap(\.spins)
        if let quick = spins.min(), let slow = spins.max(), quick > 0, slow / quick > NoiseSample.spinTolerance {
            result.append(
                "machine: the same loop took between \(quick.rounded1) and \(slow.rounded1) ms; other work slowed some stages more than others"
            )
        }
        for sample in noise where sample.steal > NoiseSample.stealTolerance {
            result.append("machine: the hypervisor took \((sample.steal * 100).rounded1) % of the CPU \(sample.label)")
        }
        for sample in noise where sample.foreign > NoiseSample.foreignTolerance {
            result.append(
                "machine: other processes used \((sample.foreign * 100).rounded1) % of the CPU \(sample.label)")
        }
        return result
    }
}

extension Double {
    /// To a tenth, as text: `12.3`.
    package var rounded1: String {
        let tenths = Int64((self * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
