package import CRI
package import CRIServer
import DockerAPI
package import Faults

extension Dockershim {
    package func containerStats(
        _ request: ContainerStatsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ContainerStatsResponse {
        try await serve(context) {
            ContainerStatsResponse(stats: try await gatherStats(request.containerId))
        }
    }

    func gatherStats(_ id: String) async throws -> ContainerStats {
        guard !era.gathersStatsSlowly else { return try await gatherSlowly(id) }
        let inspect = try await docker.inspect(id, sized: true)
        guard let name = ObjectName(parsing: inspect.name) else {
            throw BridgeFailure(.missing, "container: not a pod's container (\(inspect.name))")
        }
        let (labels, annotations) = DockerLabels.read(inspect.config.labels)
        let attributes = ContainerAttributes(
            id: inspect.id, metadata: name.containerMetadata, labels: labels, annotations: annotations)
        let sample = inspect.state.running ? try await docker.stats(id, oneShot: true) : nil
        return try await stats(of: attributes, sample, writable: inspect.sizeRw)
    }

    /// As dockershim did it: daemon, two samples, sized inspection, and a whole ContainerStatus.
    private func gatherSlowly(_ id: String) async throws -> ContainerStats {
        let root = try await docker.info().dockerRootDir
        let sample = try await docker.stats(id, oneShot: false)
        let size = try await docker.inspect(id, sized: true).sizeRw
        let status = try await status(of: docker.inspect(id))
        let attributes = ContainerAttributes(
            id: status.id, metadata: status.metadata, labels: status.labels, annotations: status.annotations)
        return ContainerStats(attributes, sample, writable: size, root: root, at: clock.wall(), era: era)
    }

    /// - Parameter sample: nil for a container that does not run: it uses disk space and nothing else.
    func stats(
        of attributes: ContainerAttributes, _ sample: StatsResponse?, writable: Int64?
    ) async throws -> ContainerStats {
        let info = try await rememberedInfo()
        let now = clock.wall()
        var stats = ContainerStats(
            attributes, sample ?? StatsResponse(), writable: writable, root: info.dockerRootDir, at: now, era: era)
        guard let sample else {
            (stats.cpu, stats.memory) = (nil, nil)
            return stats
        }
        let counter = sample.cpuStats.usage.total
        stats.cpu?.usageNanoCores = rates.rate(of: attributes.id, counter: counter, at: now).map {
            UInt64Value(value: $0)
        }
        // Docker tells the host's memory as the limit of a container without one.
        let limit = sample.memoryStats.limit
        if limit > 0, limit < UInt64(clamping: info.memTotal), let workingSet = stats.memory?.workingSetBytes?.value {
            stats.memory?.availableBytes = UInt64Value(value: limit > workingSet ? limit - workingSet : 0)
        }
        stats.swap = SwapUsage(sample.memoryStats, at: now)
        return stats
    }
}

extension ContainerStats {
    /// - Parameter now: nanoseconds since 1970.
    init(
        _ attributes: ContainerAttributes, _ sample: StatsResponse, writable: Int64?, root: String, at now: Int64,
        era: Era
    ) {
        self.init(
            attributes: attributes,
            cpu: CpuUsage(timestamp: now, usageCoreNanoSeconds: UInt64Value(value: sample.cpuStats.usage.total)),
            memory: MemoryUsage(sample.memoryStats, at: now, era: era))
        if let writable {
            writableLayer = FilesystemUsage(
                timestamp: now, fsId: FilesystemIdentifier(mountpoint: root),
                usedBytes: UInt64Value(value: UInt64(max(writable, 0))))
        }
    }
}

extension MemoryUsage {
    init(_ memory: MemoryStats, at now: Int64, era: Era) {
        guard !era.reportsNoWorkingSet else {
            self.init(timestamp: now, workingSetBytes: UInt64Value(value: memory.privateWorkingSet))
            return
        }
        let lines = memory.stats ?? [:]
        /// The first of these lines that the cgroup version has.
        func line(_ names: String...) -> UInt64 { names.lazy.compactMap { lines[$0] }.first ?? 0 }
        let inactive = line("total_inactive_file", "inactive_file")
        let workingSet = memory.usage > inactive ? memory.usage - inactive : 0
        self.init(
            timestamp: now, workingSetBytes: UInt64Value(value: workingSet),
            usageBytes: UInt64Value(value: memory.usage),
            rssBytes: UInt64Value(value: line("total_rss", "anon")),
            pageFaults: UInt64Value(value: line("total_pgfault", "pgfault")),
            majorPageFaults: UInt64Value(value: line("total_pgmajfault", "pgmajfault")))
    }
}

extension SwapUsage {
    /// nil under cgroup v2, of which Docker's answer has no line about swap.
    init?(_ memory: MemoryStats, at now: Int64) {
        guard let used = memory.stats?["total_swap"] else { return nil }
        self.init(timestamp: now, swapUsageBytes: UInt64Value(value: used))
    }
}
