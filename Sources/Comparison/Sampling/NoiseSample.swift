import Linux
import Trace

/// How much the machine did besides what is measured.
struct NoiseSample: Sendable, Equatable {
    /// Stage and time, for the reader: `during cri-plugin`.
    var label: String
    /// Milliseconds that a fixed loop took, before and after: medians of several runs.
    var spins: [Double]
    /// Shares of all CPU time, 0…1, since the sample's beginning.
    var steal: Double
    var foreign: Double

    /// The slowest loop may take this many times the quickest.
    static let spinTolerance = 1.3
    static let stealTolerance = 0.03
    static let foreignTolerance = 0.15
}

/// CPU time of the whole machine since boot, from the first line of /proc/stat.
struct MachineCPU: Sendable, Equatable {
    /// Clock ticks.
    var busy: UInt64
    var idle: UInt64
    var steal: UInt64
    static let ticksPerSecond = 100.0

    /// - Parameter stat: the text of /proc/stat.
    init?(stat: String) {
        guard let line = stat.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
        let numbers = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
        guard numbers.count >= 8 else { return nil }
        // user nice system idle iowait irq softirq steal; guest time is part of user.
        busy = numbers[0] + numbers[1] + numbers[2] + numbers[5] + numbers[6]
        idle = numbers[3] + numbers[4]
        steal = numbers[7]
    }

    static func read() throws(SystemFailure) -> MachineCPU? {
        MachineCPU(stat: String(decoding: try Files.read("/proc/stat"), as: UTF8.self))
    }

    /// - Parameter ours: CPU seconds that belong to what is measured.
    func shares(since start: MachineCPU, ours: Double) -> (steal: Double, foreign: Double) {
        let busy = Double(self.busy &- start.busy)
        let stolen = Double(self.steal &- start.steal)
        let all = busy + stolen + Double(self.idle &- start.idle)
        guard all > 0 else { return (0, 0) }
        return (stolen / all, max(0, busy - ours * Self.ticksPerSecond) / all)
    }
}

/// A fixed piece of work: how long it takes tells how much of the machine we get.
enum SpinLoop {
    private static let rounds = 9
    private static let steps = 400_000

    /// Milliseconds, the median of several runs. Blocks: use `blocking`.
    static func measure() -> Double {
        let clock = ContinuousClock()
        var times: [Double] = []
        var value: UInt64 = 1
        for _ in 0..<rounds {
            let begun = clock.now
            for _ in 0..<steps { value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
            times.append((clock.now - begun).milliseconds)
        }
        // Looking at the value keeps the loop from being left out.
        return value == 0 ? 0 : times.sorted()[rounds / 2]
    }
}
