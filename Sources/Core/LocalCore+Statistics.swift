package import Faults
package import Linux

extension LocalCore {
    /// Containers measured by one thread in one go. Reading is system calls for the most part, so more threads than
    /// processors would only wait for each other.
    static let measuredAtOnce = 25

    package func statistics(_ id: String) async throws(OxbowError) -> ContainerStatistics {
        let record = try table.require(id).record
        let gauge = Gauge(record)
        let (cgroups, usage) = (cgroups, layerUsage)
        return try await host("statistics") { try gauge.read(cgroups, usage) }
    }

    package func statistics(of ids: [String]) async throws(OxbowError) -> [String: ContainerStatistics] {
        let gauges = ids.compactMap { id in table.row(id).map { Gauge($0.record) } }
        let (cgroups, usage) = (cgroups, layerUsage)
        do {
            return try await withThrowingTaskGroup(of: [(String, ContainerStatistics)].self) { group in
                for start in stride(from: 0, to: gauges.count, by: Self.measuredAtOnce) {
                    let part = gauges[start..<min(start + Self.measuredAtOnce, gauges.count)]
                    group.addTask {
                        try await blocking { try part.map { ($0.id, try $0.read(cgroups, usage)) } }
                    }
                }
                return try await group.reduce(into: [:]) { all, part in
                    for (id, figures) in part { all[id] = figures }
                }
            }
        } catch {
            throw OxbowError(.ours, "statistics: \(error)", origin: error)
        }
    }

    package func parentStatistics(_ id: String) async throws(OxbowError) -> ContainerStatistics? {
        let own = try table.require(id).record.cgroupPath
        let cgroups = cgroups
        return try await host("statistics") {
            cgroups.counters(of: Files.parent(of: own)).map { ContainerStatistics($0, version: cgroups.version) }
        }
    }

    package func interfaces(_ id: String) async throws(OxbowError) -> [InterfaceCounters] {
        let pid = try table.require(id).record.pid
        return try await host("interfaces") { InterfaceCounters.of(pid) }
    }
}

/// What measuring one container needs of its record.
private struct Gauge: Sendable {
    var id: String
    var cgroup: String
    var upper: String

    init(_ record: ContainerRecord) {
        id = record.id
        cgroup = record.cgroupPath
        upper = record.overlay.upper
    }

    /// A container without a cgroup, because it does not run, has used nothing but its layer. Blocks.
    func read(_ cgroups: CgroupTree, _ usage: LayerUsageTable) throws -> ContainerStatistics {
        var figures = ContainerStatistics(cgroups.counters(of: cgroup) ?? CgroupCounters(), version: cgroups.version)
        (figures.writableLayerBytes, figures.writableLayerInodes) = try usage.usage(of: id, in: upper)
        return figures
    }
}

extension ContainerStatistics {
    /// With the present time.
    init(_ counters: CgroupCounters, version: CgroupTree.Version) {
        self.init(
            timestamp: Timestamp.now().nanoseconds, cpuNanoseconds: counters.cpuNanoseconds,
            cpuUserNanoseconds: counters.cpuUserNanoseconds, cpuSystemNanoseconds: counters.cpuSystemNanoseconds,
            throttledPeriods: counters.throttledPeriods, periods: counters.periods,
            throttledNanoseconds: counters.throttledNanoseconds, memoryBytes: counters.memoryBytes,
            memoryMaxBytes: counters.memoryMaxBytes, memoryLimit: counters.memoryLimit,
            memoryFailures: counters.memoryFailures, workingSetBytes: counters.workingSetBytes,
            rssBytes: counters.rssBytes, pageFaults: counters.pageFaults, majorPageFaults: counters.majorPageFaults,
            swapBytes: counters.swapBytes, memoryStat: counters.memoryStat, processes: counters.processes,
            processLimit: counters.processLimit, cgroupVersion: version == .v1 ? 1 : 2,
            swapLimit: counters.swapLimit, devices: counters.devices, cpuPressure: counters.cpuPressure,
            memoryPressure: counters.memoryPressure, ioPressure: counters.ioPressure, oomKills: counters.oomKills)
    }
}
