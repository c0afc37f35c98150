package import Faults
package import OCI

/// Resource limits in the runtime's terms.
package enum Limits {
    package static func resources(_ limits: ResourceLimits) -> RuntimeSpec.Resources {
        var resources = RuntimeSpec.Resources()

        var memory = RuntimeSpec.Resources.Memory()
        memory.limit = nonzero(limits.memoryBytes)
        memory.swap = nonzero(limits.memorySwapBytes)
        memory.reservation = nonzero(limits.memoryReservationBytes)
        memory.disableOOMKiller = limits.oomKillDisable == true ? true : nil
        if memory != RuntimeSpec.Resources.Memory() { resources.memory = memory }

        var cpu = RuntimeSpec.Resources.CPU()
        cpu.shares = nonzero(limits.cpuShares)
        cpu.quota = nonzero(limits.cpuQuota)
        cpu.period = nonzero(limits.cpuPeriod)
        cpu.cpus = limits.cpusetCPUs.flatMap { $0.isEmpty ? nil : $0 }
        cpu.mems = limits.cpusetMems.flatMap { $0.isEmpty ? nil : $0 }
        if cpu != RuntimeSpec.Resources.CPU() { resources.cpu = cpu }

        if let pids = limits.pidsLimit, pids != 0 { resources.pids = RuntimeSpec.Resources.Pids(limit: pids) }
        if !limits.hugepages.isEmpty {
            resources.hugepageLimits = limits.hugepages.sorted { $0.key < $1.key }.map {
                RuntimeSpec.Resources.HugepageLimit(pageSize: $0.key, limit: $0.value)
            }
        }
        resources.unified = limits.unified.isEmpty ? nil : limits.unified
        return resources
    }

    /// What a container begins with: as above, checked against what this host can limit.
    /// - Throws: `.unsupported` for `unified` on cgroup version 1, `.badRequest` for a page size that the host has not.
    package static func resources(
        _ limits: ResourceLimits, _ facts: BundleFacts
    ) throws(OxbowError) -> RuntimeSpec.Resources {
        if let key = limits.unified.keys.min(), facts.cgroupVersion == .v1 {
            throw OxbowError(.unsupported, "resources.unified: this host has cgroup version 1 (\(key))")
        }
        if let size = limits.hugepages.keys.sorted().first(where: { !facts.hugepageSizes.contains($0) }) {
            let known = facts.hugepageSizes.sorted().joined(separator: " ")
            throw OxbowError(
                .badRequest, "resources.hugepage_limits: this host has no huge pages of \(size), only: \(known)")
        }
        var resources = resources(limits)
        if !facts.limitsSwap { resources.memory?.swap = nil }
        return resources
    }

    /// `new` over `old`: what `new` does not name stays.
    package static func merge(_ new: ResourceLimits, over old: ResourceLimits) -> ResourceLimits {
        var merged = old
        merged.cpuShares = nonzero(new.cpuShares) ?? old.cpuShares
        merged.cpuQuota = nonzero(new.cpuQuota) ?? old.cpuQuota
        merged.cpuPeriod = nonzero(new.cpuPeriod) ?? old.cpuPeriod
        if let cpus = new.cpusetCPUs, !cpus.isEmpty { merged.cpusetCPUs = cpus }
        if let mems = new.cpusetMems, !mems.isEmpty { merged.cpusetMems = mems }
        merged.memoryBytes = nonzero(new.memoryBytes) ?? old.memoryBytes
        merged.memorySwapBytes = nonzero(new.memorySwapBytes) ?? old.memorySwapBytes
        merged.memoryReservationBytes = nonzero(new.memoryReservationBytes) ?? old.memoryReservationBytes
        merged.pidsLimit = nonzero(new.pidsLimit) ?? old.pidsLimit
        merged.oomScoreAdj = new.oomScoreAdj ?? old.oomScoreAdj
        merged.oomKillDisable = new.oomKillDisable ?? old.oomKillDisable
        merged.hugepages.merge(new.hugepages) { _, new in new }
        merged.unified.merge(new.unified) { _, new in new }
        return merged
    }

    /// Zero means "not set" in both protocols.
    private static func nonzero<Number: BinaryInteger>(_ value: Number?) -> Number? { value == 0 ? nil : value }
}
