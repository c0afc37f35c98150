package import CRI
package import CRIServer
import Core
package import Faults
import Linux

extension DirectCRI {
    package func podSandboxStats(
        _ request: PodSandboxStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> PodSandboxStatsResponse {
        let sandbox = try await requireSandbox(request.podSandboxId)
        guard sandbox.isReady else {
            throw OxbowError(.wrongState, "pod sandbox: not ready (\(sandbox.record.id))")
        }
        let containers = await podContainers(in: sandbox.record.id).filter { $0.record.state == .running }
        guard let stats = try await stats(of: [sandbox], containers: containers).first else {
            throw OxbowError(.missing, "pod sandbox: not found (\(request.podSandboxId))")
        }
        return PodSandboxStatsResponse(stats: stats)
    }

    /// - Parameter containers: the running ones of these sandboxes.
    func stats(of sandboxes: [Sandbox], containers: [PodContainer]) async throws(OxbowError) -> [PodSandboxStats] {
        let figures = try await core.statistics(of: sandboxes.map(\.record.id) + containers.map(\.record.id))
        let root = await core.facts().root
        let members = Dictionary(grouping: containers, by: \.document.sandbox)
        var all: [PodSandboxStats] = []
        for sandbox in sandboxes {
            guard let own = figures[sandbox.record.id] else { continue }
            let inside = (members[sandbox.record.id] ?? []).compactMap { container in
                figures[container.record.id].map { (container, $0) }
            }
            var linux = try await usage(of: sandbox, [own] + inside.map { $0.1 })
            linux.containers = inside.map { stats(of: $0, $1, root: root) }
            all.append(
                PodSandboxStats(
                    attributes: PodSandboxAttributes(
                        id: sandbox.record.id, metadata: sandbox.metadata, labels: sandbox.document.labels,
                        annotations: sandbox.document.annotations), linux: linux))
        }
        return all
    }

    /// A pod with a cgroup of its own, as kubelets give it, is what that cgroup says; else it is the sum of its parts.
    private func usage(
        of sandbox: Sandbox, _ parts: [ContainerStatistics]
    ) async throws(OxbowError) -> LinuxPodSandboxStats {
        var whole = ContainerStatistics(summing: parts)
        if !sandbox.document.cgroupParent.isEmpty,
            let parent = try await core.parentStatistics(sandbox.record.id)
        {
            whole = parent
        }
        let rate = rates.rate(of: "pod/" + sandbox.record.id, counter: whole.cpuNanoseconds, at: whole.timestamp)
        var usage = LinuxPodSandboxStats(
            cpu: CpuUsage(whole, rate: rate), memory: MemoryUsage(whole),
            process: ProcessUsage(
                timestamp: whole.timestamp,
                processCount: UInt64Value(value: parts.reduce(0) { $0 + $1.processes })),
            io: IoUsage(whole))
        if !sandbox.record.networkNamespace.isEmpty {
            let interfaces = try await core.interfaces(sandbox.record.id)
            usage.network = NetworkUsage(interfaces, at: Timestamp.now().nanoseconds)
        }
        return usage
    }
}

extension ContainerStatistics {
    /// Without limits and stalls, which cannot be summed.
    init(summing parts: [ContainerStatistics]) {
        self.init(
            timestamp: parts.map(\.timestamp).max() ?? 0, cpuNanoseconds: parts.reduce(0) { $0 + $1.cpuNanoseconds },
            memoryBytes: parts.reduce(0) { $0 + $1.memoryBytes },
            workingSetBytes: parts.reduce(0) { $0 + $1.workingSetBytes },
            rssBytes: parts.reduce(0) { $0 + $1.rssBytes }, pageFaults: parts.reduce(0) { $0 + $1.pageFaults },
            majorPageFaults: parts.reduce(0) { $0 + $1.majorPageFaults },
            swapBytes: parts.reduce(0) { $0 + $1.swapBytes }, processes: parts.reduce(0) { $0 + $1.processes })
    }
}
