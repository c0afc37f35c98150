package import CRI
package import CRIServer
import DockerAPI
package import Faults
import Linux

extension Dockershim {
    /// Of sandboxes that are up: their network and their running containers, each of which costs a sample and an
    /// inspection. What Docker does not count is left out: stalls, kills for want of memory, and swap under cgroup v2.
    package func listPodSandboxMetrics(
        _ request: ListPodSandboxMetricsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListPodSandboxMetricsResponse {
        try await serve(context) {
            try requireNewEra("ListPodSandboxMetrics")
            let running = try await docker.containers(
                all: false, sized: true, filters: ["label": [DockerLabels.type]])
            let members = Dictionary(grouping: running) { $0.labels?[DockerLabels.sandboxID] ?? "" }
            let root = try await rememberedInfo().dockerRootDir
            let device = try await blocking { BlockDevice.name(holding: root) }
            var pods: [PodSandboxMetrics] = []
            for summary in running where summary.labels?[DockerLabels.type] == DockerLabels.sandboxType {
                guard let sandbox = sandbox(summary) else { continue }
                do {
                    var pod = PodSandboxMetrics(podSandboxId: sandbox.id)
                    pod.metrics = try await networkMetrics(of: sandbox, image: summary.image)
                    let samples = try await samples(of: members[sandbox.id] ?? [])
                    for sample in samples {
                        if let metrics = try await metrics(of: sample, in: sandbox, device: device) {
                            pod.containerMetrics.append(metrics)
                        }
                    }
                    pods.append(pod)
                } catch let failure as DockerFailure where failure.saysNoSuchContainer {
                    // It went while the others were measured.
                }
            }
            return ListPodSandboxMetricsResponse(podMetrics: pods)
        }
    }

    private func networkMetrics(of sandbox: PodSandbox, image: String) async throws -> [Metric] {
        let own = try await docker.stats(sandbox.id, oneShot: true)
        guard let interfaces = try await interfaces(of: sandbox.id, own) else { return [] }
        var figures = MetricFigures()
        figures.interfaces = interfaces.map(MetricFigures.Interface.init)
        let subject = MetricSubject(
            container: "", cgroup: "", image: image, id: sandbox.id,
            namespace: sandbox.metadata?.namespace ?? "", pod: sandbox.metadata?.name ?? "")
        return MetricCatalogue.ofPod.metrics(figures, of: subject)
    }

    /// nil: it went meanwhile.
    private func metrics(
        of sample: Sample, in sandbox: PodSandbox, device: String
    ) async throws -> ContainerMetrics? {
        let inspect: ContainerInspect
        do { inspect = try await docker.inspect(sample.attributes.id) } catch {
            guard error.saysNoSuchContainer else { throw error }
            return nil
        }
        var figures = MetricFigures(sample.sample, inspect)
        figures.layerBytes = sample.writable.map { UInt64(max($0, 0)) } ?? 0
        figures.layerDevice = device
        figures.seenAt = clock.wall()
        figures.startedAt = try DerivedStatus.nanoseconds(inspect.state.startedAt, era: era)
        figures.devices = try await devices(sample.sample.blkioStats)
        let subject = MetricSubject(
            container: sample.attributes.metadata?.name ?? "", cgroup: inspect.hostConfig.resources.cgroupParent,
            image: inspect.config.image, id: inspect.id, namespace: sandbox.metadata?.namespace ?? "",
            pod: sandbox.metadata?.name ?? "")
        return ContainerMetrics(
            containerId: inspect.id, metrics: MetricCatalogue.ofContainer.metrics(figures, of: subject))
    }

    private func devices(_ traffic: BlkioStats) async throws -> [MetricFigures.Device] {
        let bytes = traffic.serviceBytes ?? []
        let operations = traffic.serviced ?? []
        guard !bytes.isEmpty || !operations.isEmpty else { return [] }
        return try await blocking {
            let numbers = Set((bytes + operations).map { [$0.major, $0.minor] })
            return numbers.sorted { $0.lexicographicallyPrecedes($1) }.map { device in
                func value(_ entries: [BlkioStats.Entry], _ operation: String) -> UInt64? {
                    // cgroup v1 writes `Read`, Docker's cgroup v2 reader `read`.
                    entries.first {
                        [$0.major, $0.minor] == device && $0.operation.lowercased() == operation
                    }?.value
                }
                return MetricFigures.Device(
                    name: BlockDevice.name(major: device[0], minor: device[1]), major: device[0], minor: device[1],
                    readBytes: value(bytes, "read"), writtenBytes: value(bytes, "write"),
                    reads: value(operations, "read"), writes: value(operations, "write"))
            }
        }
    }
}

extension MetricFigures {
    init(_ sample: StatsResponse, _ inspect: ContainerInspect) {
        self.init()
        let (cpuTimes, memory) = (sample.cpuStats, sample.memoryStats)
        cpu = cpuTimes.usage.total
        cpuUser = cpuTimes.usage.inUserMode
        cpuSystem = cpuTimes.usage.inKernelMode
        periods = cpuTimes.throttling.periods
        throttledPeriods = cpuTimes.throttling.throttledPeriods
        throttled = cpuTimes.throttling.throttledTime
        takeMemoryLines(memory.stats ?? [:])
        memoryUsage = memory.usage
        // cgroup v2 keeps no such figure for Docker.
        memoryPeak = memory.maxUsage > 0 ? memory.maxUsage : nil
        let inactive = inactiveFile ?? 0
        workingSet = memory.usage > inactive ? memory.usage - inactive : 0
        swap = memory.stats?["total_swap"]
        memoryFailures = memory.failures
        threads = sample.pidsStats.current
        threadsLimit = sample.pidsStats.limit
        let limits = inspect.hostConfig.resources
        cpuShares = limits.cpuShares > 0 ? UInt64(limits.cpuShares) : nil
        cpuPeriod = limits.cpuPeriod > 0 ? UInt64(limits.cpuPeriod) : nil
        cpuQuota = limits.cpuQuota > 0 ? UInt64(limits.cpuQuota) : nil
        memoryLimit = UInt64(max(0, limits.memory))
        memoryReservation = UInt64(max(0, limits.memoryReservation))
        memorySwapLimit = UInt64(max(0, limits.memorySwap))
    }
}

extension MetricFigures.Interface {
    init(_ counters: InterfaceCounters) {
        self.init(name: counters.name)
        receivedBytes = counters.receivedBytes
        receivedPackets = counters.receivedPackets
        receiveErrors = counters.receiveErrors
        receiveDrops = counters.receiveDrops
        sentBytes = counters.sentBytes
        sentPackets = counters.sentPackets
        sendErrors = counters.sendErrors
        sendDrops = counters.sendDrops
    }
}
