package import CRI
package import CRIServer
import Core
package import Faults
import Linux

extension DirectCRI {
    /// Of sandboxes that are up: their network, their own process and their running containers.
    package func listPodSandboxMetrics(
        _ request: ListPodSandboxMetricsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListPodSandboxMetricsResponse {
        let ready = await sandboxes().filter(\.isReady)
        let running = await podContainers().filter { $0.record.state == .running }
        let figures = try await core.statistics(of: ready.map(\.record.id) + running.map(\.record.id))
        let members = Dictionary(grouping: running, by: \.document.sandbox)
        let names = await DeviceNames.read(figures.values, root: core.facts().root)
        var pods: [PodSandboxMetrics] = []
        for sandbox in ready where figures[sandbox.record.id] != nil {
            let containers = (members[sandbox.record.id] ?? []).compactMap { container in
                figures[container.record.id].map { figures in
                    ContainerMetrics(
                        containerId: container.record.id,
                        metrics: MetricCatalogue.ofContainer.metrics(
                            MetricFigures(figures, container.record, names), of: subject(container, in: sandbox)))
                }
            }
            pods.append(
                PodSandboxMetrics(
                    podSandboxId: sandbox.record.id, metrics: try await networkMetrics(of: sandbox),
                    containerMetrics: containers))
        }
        return ListPodSandboxMetricsResponse(podMetrics: pods)
    }

    private func networkMetrics(of sandbox: Sandbox) async throws(OxbowError) -> [Metric] {
        guard !sandbox.record.networkNamespace.isEmpty else { return [] }
        var figures = MetricFigures()
        figures.interfaces = try await core.interfaces(sandbox.record.id).map(MetricFigures.Interface.init)
        let subject = MetricSubject(
            container: "", cgroup: Files.parent(of: sandbox.record.cgroupPath), image: configuration.pauseImage,
            id: sandbox.record.id, namespace: sandbox.document.namespace, pod: sandbox.document.name)
        return MetricCatalogue.ofPod.metrics(figures, of: subject)
    }

    private func subject(_ container: PodContainer, in sandbox: Sandbox) -> MetricSubject {
        MetricSubject(
            container: container.document.name, cgroup: container.record.cgroupPath, image: container.document.image,
            id: container.record.id, namespace: sandbox.document.namespace, pod: sandbox.document.name)
    }
}

/// Names of the devices that containers have used, each looked up once an answer.
struct DeviceNames: Sendable {
    private var names: [[UInt64]: String] = [:]
    /// The device of the writable layers.
    private(set) var layers = ""

    subscript(device: DeviceTraffic) -> String { names[[device.major, device.minor]] ?? "" }

    static func read(_ figures: some Sequence<ContainerStatistics>, root: String) async -> DeviceNames {
        let wanted = Set(figures.flatMap { $0.devices.map { [$0.major, $0.minor] } })
        let found = try? await blocking {
            var found = DeviceNames()
            for device in wanted { found.names[device] = BlockDevice.name(major: device[0], minor: device[1]) }
            found.layers = BlockDevice.name(holding: root)
            return found
        }
        // The look-up itself never throws; metrics without device names are better than none.
        return found ?? DeviceNames()
    }
}

extension MetricFigures {
    init(_ figures: ContainerStatistics, _ record: ContainerRecord, _ names: DeviceNames) {
        self.init()
        cpu = figures.cpuNanoseconds
        cpuUser = figures.cpuUserNanoseconds
        cpuSystem = figures.cpuSystemNanoseconds
        periods = figures.periods
        throttledPeriods = figures.throttledPeriods
        throttled = figures.throttledNanoseconds
        takeMemoryLines(figures.memoryStat)
        memoryUsage = figures.memoryBytes
        memoryPeak = figures.memoryMaxBytes
        workingSet = figures.workingSetBytes
        rss = figures.rssBytes
        swap = figures.swapBytes
        memoryFailures = figures.memoryFailures
        oomKills = figures.oomKills
        cpuStall = figures.cpuPressure.map(Stall.init)
        memoryStall = figures.memoryPressure.map(Stall.init)
        ioStall = figures.ioPressure.map(Stall.init)
        // The pids controller counts threads; a container's processes are not counted apart from them.
        threads = figures.processes
        threadsLimit = figures.processLimit ?? 0
        layerBytes = figures.writableLayerBytes
        layerDevice = names.layers
        devices = figures.devices.map {
            Device(
                name: names[$0], major: $0.major, minor: $0.minor, readBytes: $0.readBytes,
                writtenBytes: $0.writtenBytes, reads: $0.reads, writes: $0.writes)
        }
        startedAt = record.startedAt
        seenAt = figures.timestamp
        let limits = record.spec.resources
        cpuShares = limits.cpuShares
        cpuPeriod = limits.cpuPeriod
        cpuQuota = limits.cpuQuota.flatMap { $0 > 0 ? UInt64($0) : nil }
        memoryLimit = UInt64(clamping: max(0, limits.memoryBytes ?? 0))
        memoryReservation = UInt64(clamping: max(0, limits.memoryReservationBytes ?? 0))
        memorySwapLimit = UInt64(clamping: max(0, limits.memorySwapBytes ?? 0))
    }
}

extension MetricFigures.Stall {
    init(_ pressure: Pressure) { self.init(some: pressure.some.total, full: pressure.full.total) }
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
