/// CPU time in nanoseconds, since the container began.
package struct CPUStats: GoObject {
    package struct Usage: GoObject {
        package var total: UInt64 = 0
        package var perCPU: [UInt64]?
        package var inKernelMode: UInt64 = 0
        package var inUserMode: UInt64 = 0
        package init() {}
        package static let members: GoMembers<Self> = [
            .always("total_usage", \.total),
            .omitEmpty("percpu_usage", \.perCPU),
            .always("usage_in_kernelmode", \.inKernelMode),
            .always("usage_in_usermode", \.inUserMode),
        ]
    }
    package struct Throttling: GoObject {
        package var periods: UInt64 = 0
        package var throttledPeriods: UInt64 = 0
        package var throttledTime: UInt64 = 0
        package init() {}
        package static let members: GoMembers<Self> = [
            .always("periods", \.periods),
            .always("throttled_periods", \.throttledPeriods),
            .always("throttled_time", \.throttledTime),
        ]
    }

    package var usage = Usage()
    /// Of the whole host.
    package var systemUsage: UInt64 = 0
    package var onlineCPUs: UInt32 = 0
    package var throttling = Throttling()
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("cpu_usage", \.usage),
        .omitEmpty("system_cpu_usage", \.systemUsage),
        .omitEmpty("online_cpus", \.onlineCPUs),
        .always("throttling_data", \.throttling),
    ]
}
