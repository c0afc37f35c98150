import Testing
import Trace

@testable import Comparison

@Suite("Verdict")
struct VerdictTests {
    private func stage(_ name: String, p50: Double, halves: (Double, Double)? = nil) -> StageResult {
        var stage = StageResult(name: name)
        stage.podStart = LatencySummary(p50: p50, p95: p50, max: p50, count: 20)
        stage.halves = halves.map { (first: $0.0, second: $0.1) }
        stage.cpu = .init(daemons: p50 / 100, spawned: p50 / 100)
        stage.memory = .init(daemons: p50, monitors: 0)
        return stage
    }

    private func quiet(_ spin: Double = 1) -> NoiseSample {
        NoiseSample(label: "during x", spins: [spin], steal: 0, foreign: 0)
    }

    private func verdict(_ stages: [StageResult], _ noise: [NoiseSample] = []) -> Verdict {
        Verdict(stages: stages, old: "dockershim", direct: "cri-plugin", noise: noise)
    }

    @Test("ratios are old divided by direct")
    func ratios() {
        let found = verdict([stage("cri-plugin", p50: 40), stage("dockershim", p50: 100)]).ratios
        #expect(found == .init(old: "dockershim", direct: "cri-plugin", podStart: 2.5, cpu: 2.5, memory: 2.5))
    }

    @Test("without both stages there are no ratios, and nothing is divided by nothing")
    func noRatios() {
        #expect(verdict([stage("dockershim", p50: 100)]).ratios == nil)
        let found = verdict([stage("dockershim", p50: 100), StageResult(name: "cri-plugin")]).ratios
        #expect(found?.podStart == nil)
        #expect(found?.cpu == nil)
    }

    @Test("a difference within the stages' own spread is said to mean nothing")
    func doubt() {
        let spread = [
            stage("dockershim", p50: 105, halves: (95, 115)), stage("cri-plugin", p50: 100, halves: (99, 101)),
        ]
        #expect(
            verdict(spread).warnings == [
                "pod start: dockershim and cri-plugin differ by 5.0 ms, less than one of them does between the halves of its "
                    + "own load (20.0 ms); the difference means nothing here"
            ])
        let clear = [
            stage("dockershim", p50: 150, halves: (140, 160)), stage("cri-plugin", p50: 100, halves: (99, 101)),
        ]
        #expect(verdict(clear).warnings.isEmpty)
    }

    @Test("a machine that does other things is named as such")
    func noise() {
        let stages = [stage("dockershim", p50: 100), stage("cri-plugin", p50: 40)]
        #expect(verdict(stages, [quiet(1), quiet(1.2)]).warnings.isEmpty)
        #expect(verdict(stages, [quiet(1), quiet(2)]).warnings.count == 1)
        var busy = quiet()
        busy.steal = 0.1
        busy.foreign = 0.5
        #expect(
            verdict(stages, [busy]).warnings == [
                "machine: the hypervisor took 10.0 % of the CPU during x",
                "machine: other processes used 50.0 % of the CPU during x",
            ])
    }

    @Test("failed calls are pointed out")
    func failed() {
        var stage = stage("cri-plugin", p50: 40)
        stage.failed = 2
        #expect(verdict([stage]).warnings.count == 1)
    }
}
