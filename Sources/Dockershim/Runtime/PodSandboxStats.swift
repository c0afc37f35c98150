package import CRI
package import CRIServer
import DockerAPI
package import Faults
import Linux

extension Dockershim {
    package func podSandboxStats(
        _ request: PodSandboxStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> PodSandboxStatsResponse {
        try await serve(context) {
            try requireNewEra("PodSandboxStats")
            let inspect = try await docker.inspect(request.podSandboxId)
            guard let name = ObjectName(parsing: inspect.name) else {
                throw BridgeFailure(.missing, "sandbox: not a pod's container (\(inspect.name))")
            }
            guard inspect.state.running else {
                throw BridgeFailure(.wrongState, "sandbox: not ready (\(inspect.id))")
            }
            let (labels, annotations) = DockerLabels.read(inspect.config.labels)
            let sandbox = PodSandbox(
                id: inspect.id, metadata: name.sandboxMetadata, labels: labels, annotations: annotations)
            let members = try await docker.containers(
                all: false, sized: true, filters: filters(id: "", sandbox: inspect.id, labels: [:]))
            return PodSandboxStatsResponse(
                stats: try await stats(of: sandbox, members: members, own: docker.stats(inspect.id, oneShot: true)))
        }
    }

    /// - Parameters:
    ///   - members: the sandbox's running containers.
    ///   - own: a sample of the sandbox's own process.
    func stats(
        of sandbox: PodSandbox, members: [ContainerSummary], own: StatsResponse
    ) async throws -> PodSandboxStats {
        let samples = try await samples(of: members)
        let parts = [own] + samples.map(\.sample)
        let now = clock.wall()
        let cpu = parts.reduce(0) { $0 + $1.cpuStats.usage.total }
        var linux = LinuxPodSandboxStats(
            cpu: CpuUsage(
                timestamp: now, usageCoreNanoSeconds: UInt64Value(value: cpu),
                usageNanoCores: rates.rate(of: "pod/" + sandbox.id, counter: cpu, at: now).map {
                    UInt64Value(value: $0)
                }),
            memory: MemoryUsage(summing: parts.map { MemoryUsage($0.memoryStats, at: now, era: era) }, at: now),
            process: ProcessUsage(
                timestamp: now, processCount: UInt64Value(value: parts.reduce(0) { $0 + $1.pidsStats.current })))
        if let interfaces = try await interfaces(of: sandbox.id, own) {
            linux.network = NetworkUsage(interfaces, at: now)
        }
        for (attributes, sample, writable) in samples {
            linux.containers.append(try await stats(of: attributes, sample, writable: writable))
        }
        return PodSandboxStats(
            attributes: PodSandboxAttributes(
                id: sandbox.id, metadata: sandbox.metadata, labels: sandbox.labels, annotations: sandbox.annotations),
            linux: linux)
    }

    /// Of the pod's own network; nil on the host's. Docker counts only interfaces that it made itself: those of our plugins
    /// are read by the pid that it tells.
    func interfaces(of sandbox: String, _ sample: StatsResponse) async throws -> [InterfaceCounters]? {
        if let networks = sample.networks {
            return networks.sorted { $0.key < $1.key }.map { InterfaceCounters($0.value, name: $0.key) }
        }
        let inspect = try await docker.inspect(sandbox)
        guard inspect.hostConfig.networkMode != "host" else { return nil }
        let pid = Int32(clamping: inspect.state.pid)
        return try await blocking { InterfaceCounters.of(pid) }
    }
}

extension MemoryUsage {
    /// Of a pod: what its parts use together.
    init(summing parts: [MemoryUsage], at now: Int64) {
        func sum(_ part: KeyPath<MemoryUsage, UInt64Value?>) -> UInt64Value {
            UInt64Value(value: parts.reduce(0) { $0 + ($1[keyPath: part]?.value ?? 0) })
        }
        self.init(
            timestamp: now, workingSetBytes: sum(\.workingSetBytes), usageBytes: sum(\.usageBytes),
            rssBytes: sum(\.rssBytes), pageFaults: sum(\.pageFaults), majorPageFaults: sum(\.majorPageFaults))
    }
}

extension NetworkUsage {
    /// The interface that pod networks make is the default one.
    init(_ interfaces: [InterfaceCounters], at now: Int64) {
        let first = interfaces.first { $0.name == SandboxNetwork.interface } ?? interfaces.first
        self.init(
            timestamp: now, defaultInterface: first.map(NetworkInterfaceUsage.init),
            interfaces: interfaces.filter { $0.name != first?.name }.map(NetworkInterfaceUsage.init))
    }
}

extension NetworkInterfaceUsage {
    init(_ counters: InterfaceCounters) {
        self.init(
            name: counters.name, rxBytes: UInt64Value(value: counters.receivedBytes),
            rxErrors: UInt64Value(value: counters.receiveErrors), txBytes: UInt64Value(value: counters.sentBytes),
            txErrors: UInt64Value(value: counters.sendErrors))
    }
}

extension InterfaceCounters {
    init(_ stats: NetworkStats, name: String) {
        self.init(name: name)
        receivedBytes = stats.rxBytes
        receivedPackets = stats.rxPackets
        receiveErrors = stats.rxErrors
        receiveDrops = stats.rxDropped
        sentBytes = stats.txBytes
        sentPackets = stats.txPackets
        sendErrors = stats.txErrors
        sendDrops = stats.txDropped
    }
}
