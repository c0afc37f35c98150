import FoundationEssentials

/// The document kept for one container: what the protocol shows and what only the core needs.
///
/// It is written to two places. `<root>/containers/<id>/record.json` is written durably at creation, at the beginning of a
/// start and at the exit. `<run>/c/<id>/record.json` takes what changes in between without waiting for the disk: that file
/// outlives a killed daemon but need not outlive the machine, since nothing it tells of does. The copy with the higher
/// `revision` counts, the second only within the boot that wrote it.
package struct StoredRecord: Sendable, Codable {
    package var revision: UInt64 = 0
    /// /proc/sys/kernel/random/boot_id when it was written.
    package var boot = ""
    package var phase = ContainerLife.Phase.created
    package var record: ContainerRecord
    package var process: LaunchedProcess?
    /// Ancestors of the cgroup that this core has made, nearest the root first.
    package var cgroupAncestors: [String] = []
    /// The runtime may know the container: it must be told to delete it.
    package var runtimeState = false
    /// The pod network may be attached: it must be detached.
    package var networkAttached = false

    package init(record: ContainerRecord) { self.record = record }

    package func encoded() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(self)) }
    package static func decode(_ bytes: [UInt8]) throws -> StoredRecord {
        try JSONDecoder().decode(StoredRecord.self, from: Data(bytes))
    }

    /// The newer of the two copies.
    package static func newest(durable: StoredRecord?, live: StoredRecord?, boot: String) -> StoredRecord? {
        guard let durable else { return nil }
        guard let live, live.boot == boot, live.revision > durable.revision, live.record.id == durable.record.id else {
            return durable
        }
        return live
    }
}

/// A container's first process and its monitor, each with its start time, so that a reused pid is never taken for it.
package struct LaunchedProcess: Sendable, Codable, Equatable {
    package var pid: Int32
    /// Clock ticks since boot.
    package var startTime: UInt64
    package var monitor: Int32
    package var monitorStartTime: UInt64
    package init(pid: Int32, startTime: UInt64, monitor: Int32, monitorStartTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
        self.monitor = monitor
        self.monitorStartTime = monitorStartTime
    }
}
