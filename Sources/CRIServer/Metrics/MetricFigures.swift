/// What is known of one container, or of one pod's network, in the units in which the kernel counts. nil: whoever asked
/// cannot know it, and no metric is made of it.
package struct MetricFigures: Sendable {
    package struct Device: Sendable {
        /// `/dev/vda`.
        package var name: String
        package var major: UInt64
        package var minor: UInt64
        package var readBytes: UInt64?
        package var writtenBytes: UInt64?
        package var reads: UInt64?
        package var writes: UInt64?
        package init(
            name: String, major: UInt64, minor: UInt64, readBytes: UInt64? = nil, writtenBytes: UInt64? = nil,
            reads: UInt64? = nil, writes: UInt64? = nil
        ) {
            self.name = name
            self.major = major
            self.minor = minor
            self.readBytes = readBytes
            self.writtenBytes = writtenBytes
            self.reads = reads
            self.writes = writes
        }
    }
    package struct Interface: Sendable {
        package var name: String
        package var receivedBytes: UInt64 = 0
        package var receivedPackets: UInt64 = 0
        package var receiveErrors: UInt64 = 0
        package var receiveDrops: UInt64 = 0
        package var sentBytes: UInt64 = 0
        package var sentPackets: UInt64 = 0
        package var sendErrors: UInt64 = 0
        package var sendDrops: UInt64 = 0
        package init(name: String) { self.name = name }
    }
    /// Nanoseconds in which some tasks, and all tasks, stood still.
    package struct Stall: Sendable {
        package var some: UInt64
        package var full: UInt64
        package init(some: UInt64, full: UInt64) {
            self.some = some
            self.full = full
        }
    }

    /// Nanoseconds.
    package var cpu: UInt64?
    package var cpuUser: UInt64?
    package var cpuSystem: UInt64?
    package var periods: UInt64?
    package var throttledPeriods: UInt64?
    package var throttled: UInt64?
    /// Bytes.
    package var memoryUsage: UInt64?
    package var memoryPeak: UInt64?
    package var workingSet: UInt64?
    package var rss: UInt64?
    package var cache: UInt64?
    package var mappedFiles: UInt64?
    package var kernelMemory: UInt64?
    package var activeFile: UInt64?
    package var inactiveFile: UInt64?
    package var swap: UInt64?
    package var memoryFailures: UInt64?
    package var pageFaults: UInt64?
    package var majorPageFaults: UInt64?
    package var oomKills: UInt64?
    package var cpuStall: Stall?
    package var memoryStall: Stall?
    package var ioStall: Stall?
    package var processes: UInt64?
    package var threads: UInt64?
    package var threadsLimit: UInt64?
    package var layerBytes: UInt64?
    /// The device that holds writable layers.
    package var layerDevice = ""
    package var devices: [Device] = []
    package var interfaces: [Interface] = []
    /// Nanoseconds since 1970.
    package var startedAt: Int64?
    package var seenAt: Int64?
    package var cpuShares: UInt64?
    package var cpuPeriod: UInt64?
    /// Microseconds; absent when unlimited.
    package var cpuQuota: UInt64?
    /// Bytes; 0: no limit, as cAdvisor writes it.
    package var memoryLimit: UInt64?
    package var memoryReservation: UInt64?
    package var memorySwapLimit: UInt64?

    package init() {}

    /// Of memory.stat's lines, under whichever of the two cgroup versions' names.
    package mutating func takeMemoryLines(_ lines: [String: UInt64]) {
        func first(_ names: String...) -> UInt64? { names.lazy.compactMap { lines[$0] }.first }
        cache = first("total_cache", "file")
        mappedFiles = first("total_mapped_file", "file_mapped")
        kernelMemory = first("kernel")
        activeFile = first("total_active_file", "active_file")
        inactiveFile = first("total_inactive_file", "inactive_file")
        pageFaults = first("total_pgfault", "pgfault")
        majorPageFaults = first("total_pgmajfault", "pgmajfault")
        rss = first("total_rss", "anon")
    }
}

/// Whom a metric is about: the labels that every metric carries, as a kubelet's own cAdvisor writes them.
package struct MetricSubject: Sendable {
    package static let labels = ["container", "id", "image", "name", "namespace", "pod"]

    /// In the order of `labels`.
    package let values: [String]

    /// - Parameters:
    ///   - container: the CRI name; "" for the pod as a whole.
    ///   - cgroup: the path, which cAdvisor calls `id`.
    ///   - id: the runtime's, which cAdvisor calls `name`.
    package init(container: String, cgroup: String, image: String, id: String, namespace: String, pod: String) {
        values = [container, cgroup, image, id, namespace, pod]
    }
}
