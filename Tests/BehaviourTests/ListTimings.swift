import CRI
import TestSupport
import Testing

extension Behaviour {
    /// Not a check but a measurement, printed. The figures mean something only of a release build on a quiet machine:
    /// `OXBOW_MEASURE=200 swift test -c release -Xswiftc -enable-testing --filter ListTimings`.
    @Suite(.enabled(if: measuredRuns > 0, "needs OXBOW_MEASURE=<runs>"), .serialized)
    struct ListTimings {
        private static let pods = 10
        private static let containersOfEach = 10

        @Test("what lists cost with a hundred running containers", arguments: [Stage.criPlugin, .dockershim])
        func lists(_ stage: Stage) async throws {
            let kubelet = try StageHost.kubelet(of: stage)
            try await withPods(Self.pods, of: kubelet) {
                let client = kubelet.client
                try await measure("ListContainers", stage) {
                    try await client.listContainers(ListContainersRequest()).containers.count
                }
                try await measure("ListContainers, running", stage) {
                    let filter = ContainerFilter(state: ContainerStateValue(state: .containerRunning))
                    return try await client.listContainers(ListContainersRequest(filter: filter)).containers.count
                }
                try await measure("ListPodSandbox", stage) {
                    try await client.listPodSandbox(ListPodSandboxRequest()).items.count
                }
                try await measure("Version", stage) {
                    try await client.version(VersionRequest()).version.isEmpty ? 0 : 1
                }
                try await measure("ListContainerStats", stage, runs: max(5, measuredRuns / 10)) {
                    try await client.listContainerStats(ListContainerStatsRequest()).stats.count
                }
                try await measure("ListPodSandboxStats", stage, runs: max(5, measuredRuns / 10)) {
                    try await client.listPodSandboxStats(ListPodSandboxStatsRequest()).stats.count
                }
            }
        }

        /// One pod within the other, so that each is taken away whatever happens.
        private func withPods(_ count: Int, of kubelet: Kubelet, _ body: () async throws -> Void) async throws {
            guard count > 0 else { return try await body() }
            try await kubelet.pod("timed") { pod in
                for number in 0..<Self.containersOfEach {
                    _ = try await pod.start("sleep 10000", name: "c\(number)") {
                        // As many as a kubelet writes.
                        for key in ["hash", "restartCount", "terminationMessagePath", "terminationMessagePolicy"] {
                            $0.annotations["io.kubernetes.container.\(key)"] = "value of \(key)"
                        }
                    }
                }
                try await withPods(count - 1, of: kubelet, body)
            }
        }

        private func measure(
            _ name: String, _ stage: Stage, runs: Int = measuredRuns, _ call: () async throws -> Int
        ) async throws {
            var spans: [Duration] = []
            var items = 0
            for run in -3..<runs {
                let begun = ContinuousClock.now
                items = try await call()
                if run >= 0 { spans.append(ContinuousClock.now - begun) }
            }
            spans.sort()
            func milliseconds(_ part: Double) -> String {
                let index = min(spans.count - 1, Int(Double(spans.count) * part))
                let (seconds, attoseconds) = spans[index].components
                return "\((Double(seconds) * 1e5 + Double(attoseconds) / 1e13).rounded() / 100)"
            }
            print("\(stage.rawValue): \(name) of \(items): p50 \(milliseconds(0.5)) ms, p95 \(milliseconds(0.95)) ms")
        }
    }
}

private let measuredRuns = Host.number("OXBOW_MEASURE")
