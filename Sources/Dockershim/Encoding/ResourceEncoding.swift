import CRI
import DockerAPI

/// CRI limits as Docker's. Huge pages and cgroup v2's `unified` map have no place in Docker's API.
enum ResourceEncoding {
    static func create(_ limits: LinuxContainerResources, era: Era) -> Resources {
        var resources = Resources()
        resources.cpuShares = limits.cpuShares
        resources.cpuPeriod = limits.cpuPeriod
        resources.cpuQuota = limits.cpuQuota
        resources.memory = limits.memoryLimitInBytes
        resources.memorySwap = swap(limits, era: era)
        if !era.dropsSetsAtCreate {
            resources.cpusetCpus = limits.cpusetCpus
            resources.cpusetMems = limits.cpusetMems
        }
        return resources
    }

    /// Docker reads 0 and "" as "leave as it is", so a limit cannot be lifted this way.
    static func update(_ limits: LinuxContainerResources, era: Era) -> UpdateRequest {
        var request = UpdateRequest()
        request.resources.cpuShares = limits.cpuShares
        request.resources.cpuPeriod = limits.cpuPeriod
        request.resources.cpuQuota = limits.cpuQuota
        request.resources.cpusetCpus = limits.cpusetCpus
        request.resources.cpusetMems = limits.cpusetMems
        request.resources.memory = limits.memoryLimitInBytes
        if !era.leavesSwapAloneInUpdates { request.resources.memorySwap = swap(limits, era: era) }
        return request
    }

    /// - Throws: `.unsupported` for limits that no REST call of Docker can change. The score for the out-of-memory killer is
    ///   none of them: kubelets repeat the one of the creation with every update.
    static func requireUpdatable(_ limits: LinuxContainerResources) throws(BridgeFailure) {
        if let hugepages = limits.hugepageLimits.first(where: { $0.limit > 0 }) {
            throw BridgeFailure(
                .unsupported, "hugepage_limits: Docker has no place for them (\(hugepages.pageSize))")
        }
        if let name = limits.unified.keys.sorted().first {
            throw BridgeFailure(.unsupported, "unified: Docker has no place for it (\(name))")
        }
    }

    /// Memory and swap together: equal to the memory limit, so that there is no swap, unless the CRI asks for some.
    private static func swap(_ limits: LinuxContainerResources, era: Era) -> Int64 {
        let asked = limits.memorySwapLimitInBytes
        return era.knowsOnlyFieldsOf120 || asked == 0 ? limits.memoryLimitInBytes : asked
    }

    /// systemd makes slices from their last name alone.
    static func cgroupParent(_ path: String, driver: String) -> String {
        driver == "systemd" ? PathText.lastElement(path) : path
    }
}
