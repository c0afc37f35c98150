/// Memory in bytes; `stats` holds the lines of the cgroup's memory.stat.
package struct MemoryStats: GoObject {
    package var usage: UInt64 = 0
    package var maxUsage: UInt64 = 0
    package var stats: [String: UInt64]?
    package var failures: UInt64 = 0
    package var limit: UInt64 = 0
    /// Windows only; dockershim reads its working set here.
    package var privateWorkingSet: UInt64 = 0
    package init() {}

    package static let members: GoMembers<Self> = [
        .omitEmpty("usage", \.usage),
        .omitEmpty("max_usage", \.maxUsage),
        .omitEmpty("stats", \.stats),
        .omitEmpty("failcnt", \.failures),
        .omitEmpty("limit", \.limit),
        .omitEmpty("privateworkingset", \.privateWorkingSet),
    ]
}
