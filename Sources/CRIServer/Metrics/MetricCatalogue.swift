import CRI

/// Every metric that this runtime offers, under cAdvisor's names: a kubelet hands them on at `/metrics/cadvisor`, where
/// dashboards look for them.
///
/// The CRI's values are whole numbers, so what cAdvisor tells in fractions of a second is rounded down to seconds.
/// Source of the names: Kubernetes KEP-2371, which lists what a runtime has to take over from cAdvisor.
package enum MetricCatalogue {
    /// Told of each container.
    package static let ofContainer: [MetricFamily] = cpu + memory + disk + process + specification
    /// Told of each pod, whose containers share one network.
    package static let ofPod: [MetricFamily] = network
    package static let all: [MetricFamily] = ofContainer + ofPod

    private static let second: UInt64 = 1_000_000_000

    private static let cpu: [MetricFamily] = [
        MetricFamily("container_cpu_usage_seconds_total", "CPU time used, in seconds.", .counter) {
            $0.cpu.map { $0 / second }
        },
        MetricFamily("container_cpu_user_seconds_total", "CPU time used in user mode, in seconds.", .counter) {
            $0.cpuUser.map { $0 / second }
        },
        MetricFamily("container_cpu_system_seconds_total", "CPU time used in kernel mode, in seconds.", .counter) {
            $0.cpuSystem.map { $0 / second }
        },
        MetricFamily("container_cpu_cfs_periods_total", "Scheduling periods under a CPU quota.", .counter, \.periods),
        MetricFamily(
            "container_cpu_cfs_throttled_periods_total", "Periods in which the CPU quota ran out.", .counter,
            \.throttledPeriods),
        MetricFamily(
            "container_cpu_cfs_throttled_seconds_total", "Time for which the CPU quota had run out, in seconds.",
            .counter
        ) { $0.throttled.map { $0 / second } },
        stall("cpu_waiting", "some tasks waited for a CPU") { $0.cpuStall?.some },
        stall("cpu_stalled", "all tasks waited for a CPU") { $0.cpuStall?.full },
    ]

    private static let memory: [MetricFamily] = [
        MetricFamily("container_memory_usage_bytes", "Memory in use, page cache included.", .gauge, \.memoryUsage),
        MetricFamily("container_memory_max_usage_bytes", "The most memory that was in use.", .gauge, \.memoryPeak),
        MetricFamily(
            "container_memory_working_set_bytes", "Memory in use without inactive file pages: what eviction looks at.",
            .gauge, \.workingSet),
        MetricFamily("container_memory_rss", "Anonymous memory, in bytes.", .gauge, \.rss),
        MetricFamily("container_memory_cache", "Page cache, in bytes.", .gauge, \.cache),
        MetricFamily("container_memory_mapped_file", "Mapped files, in bytes.", .gauge, \.mappedFiles),
        MetricFamily("container_memory_kernel_usage", "Kernel memory, in bytes.", .gauge, \.kernelMemory),
        MetricFamily("container_memory_total_active_file_bytes", "Active file pages.", .gauge, \.activeFile),
        MetricFamily("container_memory_total_inactive_file_bytes", "Inactive file pages.", .gauge, \.inactiveFile),
        MetricFamily("container_memory_swap", "Swap in use, in bytes.", .gauge, \.swap),
        MetricFamily("container_memory_failcnt", "How often the memory limit was hit.", .counter, \.memoryFailures),
        MetricFamily(
            "container_memory_failures_total", "Page faults.", .counter, labels: ["failure_type", "scope"]
        ) { figures in
            // Both cgroup versions count the whole subtree in these lines.
            [("pgfault", figures.pageFaults), ("pgmajfault", figures.majorPageFaults)].compactMap { type, count in
                count.map { ([type, "hierarchy"], $0) }
            }
        },
        MetricFamily(
            "container_oom_events_total", "Processes that were killed for want of memory.", .counter, \.oomKills),
        stall("memory_waiting", "some tasks waited for memory") { $0.memoryStall?.some },
        stall("memory_stalled", "all tasks waited for memory") { $0.memoryStall?.full },
    ]

    private static let disk: [MetricFamily] = [
        MetricFamily("container_fs_usage_bytes", "Bytes in the writable layer.", .gauge, labels: ["device"]) {
            figures in figures.layerBytes.map { [([figures.layerDevice], $0)] } ?? []
        },
        device("container_fs_reads_total", "Reads from a device.", \.reads),
        device("container_fs_reads_bytes_total", "Bytes read from a device.", \.readBytes),
        device("container_fs_writes_total", "Writes to a device.", \.writes),
        device("container_fs_writes_bytes_total", "Bytes written to a device.", \.writtenBytes),
        MetricFamily(
            "container_blkio_device_usage_total", "Bytes moved to and from a device.", .counter,
            labels: ["device", "major", "minor", "operation"]
        ) { figures in
            figures.devices.flatMap { device in
                [("Read", device.readBytes), ("Write", device.writtenBytes)].compactMap { operation, bytes in
                    bytes.map { ([device.name, "\(device.major)", "\(device.minor)", operation], $0) }
                }
            }
        },
        stall("io_waiting", "some tasks waited for a device") { $0.ioStall?.some },
        stall("io_stalled", "all tasks waited for a device") { $0.ioStall?.full },
    ]

    private static let process: [MetricFamily] = [
        MetricFamily("container_processes", "Processes.", .gauge, \.processes),
        MetricFamily("container_threads", "Threads.", .gauge, \.threads),
        MetricFamily("container_threads_max", "Threads that are allowed; 0: any number.", .gauge, \.threadsLimit),
        MetricFamily("container_last_seen", "When these figures were read, in seconds since 1970.", .gauge) {
            $0.seenAt.map(seconds)
        },
        MetricFamily("container_start_time_seconds", "When it was started, in seconds since 1970.", .gauge) {
            $0.startedAt.map(seconds)
        },
    ]

    private static let specification: [MetricFamily] = [
        MetricFamily("container_spec_cpu_shares", "CPU shares.", .gauge, \.cpuShares),
        MetricFamily("container_spec_cpu_period", "CPU period, in microseconds.", .gauge, \.cpuPeriod),
        MetricFamily("container_spec_cpu_quota", "CPU quota of a period, in microseconds.", .gauge, \.cpuQuota),
        MetricFamily(
            "container_spec_memory_limit_bytes", "Memory limit; 0: none.", .gauge, \.memoryLimit),
        MetricFamily(
            "container_spec_memory_reservation_limit_bytes", "Memory reservation; 0: none.", .gauge,
            \.memoryReservation),
        MetricFamily(
            "container_spec_memory_swap_limit_bytes", "Limit of memory and swap together; 0: none.", .gauge,
            \.memorySwapLimit),
    ]

    private static let network: [MetricFamily] = [
        interface("container_network_receive_bytes_total", "Bytes received.", \.receivedBytes),
        interface("container_network_receive_packets_total", "Packets received.", \.receivedPackets),
        interface("container_network_receive_errors_total", "Errors while receiving.", \.receiveErrors),
        interface("container_network_receive_packets_dropped_total", "Incoming packets dropped.", \.receiveDrops),
        interface("container_network_transmit_bytes_total", "Bytes sent.", \.sentBytes),
        interface("container_network_transmit_packets_total", "Packets sent.", \.sentPackets),
        interface("container_network_transmit_errors_total", "Errors while sending.", \.sendErrors),
        interface("container_network_transmit_packets_dropped_total", "Outgoing packets dropped.", \.sendDrops),
    ]

    private static func seconds(_ nanoseconds: Int64) -> UInt64 { UInt64(max(0, nanoseconds)) / second }

    private static func stall(
        _ name: String, _ what: String, _ read: @escaping @Sendable (MetricFigures) -> UInt64?
    ) -> MetricFamily {
        MetricFamily("container_pressure_\(name)_seconds_total", "Time for which \(what), in seconds.", .counter) {
            read($0).map { $0 / second }
        }
    }

    private static func device(
        _ name: String, _ help: String, _ path: KeyPath<MetricFigures.Device, UInt64?> & Sendable
    ) -> MetricFamily {
        MetricFamily(name, help, .counter, labels: ["device"]) { figures in
            figures.devices.compactMap { device in device[keyPath: path].map { ([device.name], $0) } }
        }
    }

    private static func interface(
        _ name: String, _ help: String, _ path: KeyPath<MetricFigures.Interface, UInt64> & Sendable
    ) -> MetricFamily {
        MetricFamily(name, help, .counter, labels: ["interface"]) { figures in
            figures.interfaces.map { ([$0.name], $0[keyPath: path]) }
        }
    }
}
