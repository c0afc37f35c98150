import Core
import DockerAPI
import Faults
import HTTPServer
import Linux
import NIOHTTP1

extension Engine {
    static let samplePause = Duration.seconds(1)

    /// `GET /containers/{id}/stats`: one sample, or one a second. A single one that is not `one-shot` takes a second
    /// itself, since it brings the sample before it.
    @Sendable func containerStats(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        guard call.flag("stream", default: true) else {
            // `one-shot` came with 1.41.
            if call.version >= .v1_41, call.flag("one-shot") || record.state != .running {
                return try Answer.json(try await sample(record.id, after: nil))
            }
            let first = try await sample(record.id, after: nil)
            if record.state == .running { try await Task.sleep(for: Self.samplePause) }
            return try Answer.json(try await sample(record.id, after: first))
        }
        return .stream(status: .ok, headers: ["Content-Type": Answer.jsonType]) { writer in
            var last: StatsResponse?
            while await core.container(record.id) != nil {
                let next = try await sample(record.id, after: last)
                try await writer.write(Answer.line(next, end: "\n"))
                last = next
                try await Task.sleep(for: Self.samplePause)
            }
        }
    }

    /// A container that does not run gives zeros and the zero time.
    private func sample(_ id: String, after last: StatsResponse?) async throws -> StatsResponse {
        let record = try await container(id)
        var sample = StatsResponse()
        sample.id = record.id
        sample.name = "/" + record.spec.name
        sample.read = DockerTime.text(0)
        sample.preread = last?.read ?? DockerTime.text(0)
        sample.precpuStats = last?.cpuStats ?? CPUStats()
        guard record.state == .running else { return sample }
        let figures: ContainerStatistics
        do { figures = try await core.statistics(record.id) } catch {
            // It ended since the record was read.
            guard error.kind == .wrongState else { throw error }
            return sample
        }
        let host = try await blocking {
            StatsHost(
                cpu: CPUTime(statistics: HostFacts.text("/proc/stat")),
                memory: HostFacts.memory(in: HostFacts.text("/proc/meminfo")),
                interfaces: record.networkNamespace.isEmpty
                    ? nil
                    : Dictionary(InterfaceCounters.of(record.pid).map { ($0.name, NetworkStats($0)) }) { first, _ in
                        first
                    })
        }
        sample.fill(figures, host)
        return sample
    }
}

/// What a sample takes from the host.
struct StatsHost: Sendable {
    var cpu: CPUTime?
    /// Bytes: the limit of a container that has none.
    var memory: Int64
    var interfaces: [String: NetworkStats]?
}

extension StatsResponse {
    mutating func fill(_ figures: ContainerStatistics, _ host: StatsHost) {
        read = DockerTime.text(figures.timestamp)
        cpuStats.usage.total = figures.cpuNanoseconds
        cpuStats.usage.inUserMode = figures.cpuUserNanoseconds
        cpuStats.usage.inKernelMode = figures.cpuSystemNanoseconds
        cpuStats.throttling.periods = figures.periods
        cpuStats.throttling.throttledPeriods = figures.throttledPeriods
        cpuStats.throttling.throttledTime = figures.throttledNanoseconds
        cpuStats.systemUsage = host.cpu?.total ?? 0
        cpuStats.onlineCPUs = UInt32(clamping: host.cpu?.cpus ?? 0)
        memoryStats.usage = figures.memoryBytes
        memoryStats.maxUsage = figures.cgroupVersion == 1 ? figures.memoryMaxBytes : 0
        memoryStats.limit = figures.memoryLimit ?? UInt64(clamping: host.memory)
        memoryStats.failures = figures.memoryFailures
        memoryStats.stats = figures.memoryStat
        pidsStats.current = figures.processes
        pidsStats.limit = figures.processLimit ?? 0
        networks = host.interfaces
        blkioStats.serviceBytes = figures.devices.flatMap {
            [BlkioStats.Entry($0, "Read", $0.readBytes), BlkioStats.Entry($0, "Write", $0.writtenBytes)]
        }
        blkioStats.serviced = figures.devices.flatMap {
            [BlkioStats.Entry($0, "Read", $0.reads), BlkioStats.Entry($0, "Write", $0.writes)]
        }
    }
}

extension BlkioStats.Entry {
    fileprivate init(_ device: DeviceTraffic, _ operation: String, _ value: UInt64) {
        self.init()
        (major, minor, self.operation, self.value) = (device.major, device.minor, operation, value)
    }
}
