import Trace

/// The load's figures, gathered pod by pod.
struct LoadFigures: Sendable {
    /// In the order of the pods.
    private(set) var starts: [Duration] = []
    private(set) var calls: [String: [Duration]] = [:]
    private(set) var failures: [String] = []

    mutating func add(_ pod: PodLoad.Pod) {
        if let start = pod.start { starts.append(start) }
        for (method, latency) in pod.calls { calls[method, default: []].append(latency) }
        failures += pod.failures.map { "pod \(pod.number): \($0)" }
    }

    /// p50 of the first and of the second half of the starts; nil with fewer than four.
    var halves: (first: Double, second: Double)? {
        guard starts.count >= 4, let first = LatencySummary(Array(starts.prefix(starts.count / 2))),
            let second = LatencySummary(Array(starts.suffix(starts.count / 2)))
        else { return nil }
        return (first.p50, second.p50)
    }
}
