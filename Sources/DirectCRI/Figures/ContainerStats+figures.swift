import CRI
import Core
import Linux

/// The core's figures in the CRI's words, for containers and for whole pods alike.
extension CpuUsage {
    /// - Parameter rate: billionths of a core; nil: not known yet.
    init(_ figures: ContainerStatistics, rate: UInt64?) {
        self.init(
            timestamp: figures.timestamp, usageCoreNanoSeconds: UInt64Value(value: figures.cpuNanoseconds),
            usageNanoCores: rate.map { UInt64Value(value: $0) }, psi: figures.cpuPressure.map(PsiStats.init))
    }
}

extension MemoryUsage {
    /// `available_bytes` is there only for what has a limit: without one, what is left is the node's to tell.
    init(_ figures: ContainerStatistics) {
        let available = figures.memoryLimit.map { $0 > figures.workingSetBytes ? $0 - figures.workingSetBytes : 0 }
        self.init(
            timestamp: figures.timestamp, workingSetBytes: UInt64Value(value: figures.workingSetBytes),
            availableBytes: available.map { UInt64Value(value: $0) },
            usageBytes: UInt64Value(value: figures.memoryBytes), rssBytes: UInt64Value(value: figures.rssBytes),
            pageFaults: UInt64Value(value: figures.pageFaults),
            majorPageFaults: UInt64Value(value: figures.majorPageFaults),
            psi: figures.memoryPressure.map(PsiStats.init))
    }
}

extension SwapUsage {
    init(_ figures: ContainerStatistics) {
        let available = figures.swapLimit.map { $0 > figures.swapBytes ? $0 - figures.swapBytes : 0 }
        self.init(
            timestamp: figures.timestamp, swapAvailableBytes: available.map { UInt64Value(value: $0) },
            swapUsageBytes: UInt64Value(value: figures.swapBytes))
    }
}

extension IoUsage {
    /// nil where the kernel does not account for stalls, which is all that there is to tell.
    init?(_ figures: ContainerStatistics) {
        guard let pressure = figures.ioPressure else { return nil }
        self.init(timestamp: figures.timestamp, psi: PsiStats(pressure))
    }
}

extension PsiStats {
    init(_ pressure: Pressure) {
        self.init(full: PsiData(pressure.full), some: PsiData(pressure.some))
    }
}

extension PsiData {
    init(_ line: Pressure.Line) {
        self.init(total: line.total, avg10: line.average10, avg60: line.average60, avg300: line.average300)
    }
}

extension NetworkUsage {
    /// The interface that the pod network made is the default one; others follow by themselves.
    static let defaultInterface = "eth0"

    init(_ interfaces: [InterfaceCounters], at time: Int64) {
        let first = interfaces.first { $0.name == Self.defaultInterface } ?? interfaces.first
        self.init(
            timestamp: time, defaultInterface: first.map(NetworkInterfaceUsage.init),
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
