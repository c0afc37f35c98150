import CRI
import Core

extension ResourceLimits {
    /// Takes over what a request sets; the wire's zero values mean "not set".
    mutating func apply(_ asked: LinuxContainerResources) {
        if asked.cpuPeriod > 0 { cpuPeriod = UInt64(asked.cpuPeriod) }
        if asked.cpuQuota != 0 { cpuQuota = asked.cpuQuota }
        if asked.cpuShares > 0 { cpuShares = UInt64(asked.cpuShares) }
        if asked.memoryLimitInBytes > 0 {
            // Memory and swap together: the same, so that there is no swap unless some was asked for, which stays.
            let swap = memorySwapBytes ?? 0
            if swap == memoryBytes ?? 0 || 0..<asked.memoryLimitInBytes ~= swap {
                memorySwapBytes = asked.memoryLimitInBytes
            }
            memoryBytes = asked.memoryLimitInBytes
        }
        if asked.memorySwapLimitInBytes != 0 { memorySwapBytes = asked.memorySwapLimitInBytes }
        if asked.oomScoreAdj != 0 { oomScoreAdj = Int(asked.oomScoreAdj) }
        if !asked.cpusetCpus.isEmpty { cpusetCPUs = asked.cpusetCpus }
        if !asked.cpusetMems.isEmpty { cpusetMems = asked.cpusetMems }
        // A kubelet names every page size, mostly with 0: no limit to set.
        for hugepage in asked.hugepageLimits where hugepage.limit > 0 { hugepages[hugepage.pageSize] = hugepage.limit }
        unified.merge(asked.unified) { _, new in new }
    }
}
