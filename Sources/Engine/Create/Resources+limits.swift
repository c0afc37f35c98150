import Core
import DockerAPI
import Faults

extension Resources {
    static let minimumMemory: Int64 = 6 << 20
    static let defaultPeriod: UInt64 = 100_000

    /// - Throws: `.badRequest` in Docker's words.
    func check(cpus: Int) throws(OxbowError) {
        func refuse(_ message: String) -> OxbowError { OxbowError(.badRequest, message) }
        if memory != 0, memory < Self.minimumMemory { throw refuse("Minimum memory limit allowed is 6MB") }
        if memory > 0, memorySwap > 0, memorySwap < memory {
            throw refuse("Minimum memoryswap limit should be larger than memory limit, see usage")
        }
        if memory == 0, memorySwap > 0 {
            throw refuse("You should always set the Memory limit when using Memoryswap limit, see usage")
        }
        if memoryReservation != 0, memoryReservation < Self.minimumMemory {
            throw refuse("Minimum memory reservation allowed is 6MB")
        }
        if memory > 0, memoryReservation > memory {
            throw refuse("Minimum memory limit can not be less than memory reservation limit, see usage")
        }
        if nanoCpus != 0 {
            if cpuPeriod != 0 { throw refuse("Conflicting options: Nano CPUs and CPU Period cannot both be set") }
            if cpuQuota != 0 { throw refuse("Conflicting options: Nano CPUs and CPU Quota cannot both be set") }
            if nanoCpus < 10_000_000 || nanoCpus > Int64(cpus) * 1_000_000_000 {
                throw refuse(
                    "Range of CPUs is from 0.01 to \(cpus).00, as there are only \(cpus) CPUs available")
            }
        }
        if cpuPeriod != 0, !(1000...1_000_000).contains(cpuPeriod) {
            throw refuse("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
        }
        if cpuQuota > 0, cpuQuota < 1000 { throw refuse("CPU cfs quota can not be less than 1ms (i.e. 1000)") }
        if cpuShares < 0 { throw refuse("invalid CPU shares (\(cpuShares)): value must be a positive integer") }
        if let memorySwappiness, !(-1...100).contains(memorySwappiness) {
            throw refuse("Invalid value: \(memorySwappiness), valid memory swappiness range is 0-100")
        }
    }

    /// As the core takes them; what is not set is nil. `nanoCpus` become a share of the default period.
    var limits: ResourceLimits {
        var limits = ResourceLimits()
        limits.cpuShares = cpuShares > 0 ? UInt64(cpuShares) : nil
        limits.cpuPeriod = cpuPeriod > 0 ? UInt64(cpuPeriod) : nil
        limits.cpuQuota = cpuQuota == 0 ? nil : cpuQuota
        if nanoCpus > 0 {
            limits.cpuPeriod = Self.defaultPeriod
            limits.cpuQuota = nanoCpus * Int64(Self.defaultPeriod) / 1_000_000_000
        }
        limits.cpusetCPUs = cpusetCpus.isEmpty ? nil : cpusetCpus
        limits.cpusetMems = cpusetMems.isEmpty ? nil : cpusetMems
        limits.memoryBytes = memory > 0 ? memory : nil
        limits.memorySwapBytes = memorySwap == 0 ? nil : memorySwap
        limits.memoryReservationBytes = memoryReservation > 0 ? memoryReservation : nil
        limits.pidsLimit = pidsLimit.flatMap { $0 > 0 ? $0 : nil }
        limits.oomKillDisable = oomKillDisable == true ? true : nil
        return limits
    }

    /// Docker's form for limits that a kernel lacks, for those that this engine does not set.
    var warnings: [String] {
        var discarded: [String] = []
        if blkioWeight != 0 || !(blkioWeightDevice ?? []).isEmpty { discarded.append("Block I/O weight") }
        let throttles = [blkioDeviceReadBps, blkioDeviceWriteBps, blkioDeviceReadIOps, blkioDeviceWriteIOps]
        if throttles.contains(where: { !($0 ?? []).isEmpty }) { discarded.append("Block I/O limits") }
        if cpuRealtimePeriod != 0 || cpuRealtimeRuntime != 0 { discarded.append("CPU realtime scheduling") }
        if kernelMemory != 0 || kernelMemoryTCP != 0 { discarded.append("kernel memory limits") }
        if let memorySwappiness, memorySwappiness >= 0 { discarded.append("memory swappiness") }
        return discarded.map { "This engine does not support \($0). Setting discarded." }
    }

    /// With what an update sets; 0, "" and nil leave a limit alone.
    func updated(by change: Resources) -> Resources {
        var result = self
        if change.cpuShares != 0 { result.cpuShares = change.cpuShares }
        if change.nanoCpus != 0 {
            result.nanoCpus = change.nanoCpus
            result.cpuPeriod = 0
            result.cpuQuota = 0
        }
        if change.cpuPeriod != 0 || change.cpuQuota != 0 { result.nanoCpus = 0 }
        if change.cpuPeriod != 0 { result.cpuPeriod = change.cpuPeriod }
        if change.cpuQuota != 0 { result.cpuQuota = change.cpuQuota }
        if !change.cpusetCpus.isEmpty { result.cpusetCpus = change.cpusetCpus }
        if !change.cpusetMems.isEmpty { result.cpusetMems = change.cpusetMems }
        if change.memory != 0 { result.memory = change.memory }
        if change.memorySwap != 0 { result.memorySwap = change.memorySwap }
        if change.memoryReservation != 0 { result.memoryReservation = change.memoryReservation }
        if let pids = change.pidsLimit { result.pidsLimit = pids }
        return result
    }
}
