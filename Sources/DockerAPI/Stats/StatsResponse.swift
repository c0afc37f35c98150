/// Answer of `GET /containers/{id}/stats`: one sample and the one before it.
package struct StatsResponse: GoObject {
    /// RFC 3339; never when the container does not run.
    package var read = ""
    package var preread = ""
    package var pidsStats = PidsStats()
    package var blkioStats = BlkioStats()
    package var numProcs: UInt32 = 0
    package var storageStats = StorageStats()
    package var cpuStats = CPUStats()
    package var precpuStats = CPUStats()
    package var memoryStats = MemoryStats()
    package var name = ""
    package var id = ""
    /// By interface; absent when the container has no network of its own.
    package var networks: [String: NetworkStats]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("read", \.read),
        .always("preread", \.preread),
        .always("pids_stats", \.pidsStats),
        .always("blkio_stats", \.blkioStats),
        .always("num_procs", \.numProcs),
        .always("storage_stats", \.storageStats),
        .always("cpu_stats", \.cpuStats),
        .always("precpu_stats", \.precpuStats),
        .always("memory_stats", \.memoryStats),
        .always("name", \.name),
        .always("id", \.id),
        .omitEmpty("networks", \.networks),
    ]
}
