package import Faults
import Linux
import Synchronization

/// Writes and reads containers' documents. Writes of one container happen in the order of their revisions: one that was
/// overtaken is left out.
package final class RecordStore: Sendable {
    package enum Durability: Sendable {
        /// On the disk before the call returns.
        case durable
        /// Survives this process, not the machine.
        case live
    }
    private struct Written {
        var durable: UInt64 = 0
        var live: UInt64 = 0
    }
    package let folders: CoreFolders
    private let queues = SerialQueues()
    private let written = Mutex<[String: Written]>([:])

    package init(folders: CoreFolders) { self.folders = folders }

    package func write(_ stored: StoredRecord, _ durability: Durability) async throws(OxbowError) {
        let folders = folders
        let id = stored.record.id
        try await queues.run(id) { () async throws(OxbowError) in
            let known = written.withLock { $0[id] } ?? Written()
            switch durability {
            case .durable where known.durable > stored.revision: return
            case .live where max(known.durable, known.live) > stored.revision: return
            default: break
            }
            do {
                try await blocking {
                    let bytes = try stored.encoded()
                    switch durability {
                    case .durable: try Files.writeDurably(folders.record(id), bytes)
                    case .live:
                        let path = folders.liveRecord(id)
                        try Files.write(path + ".new", bytes, mode: 0o600)
                        try Files.rename(path + ".new", path)
                    }
                }
            } catch {
                throw OxbowError(.ours, "record: cannot be written (\(id))", origin: error)
            }
            written.withLock { written in
                switch durability {
                case .durable: written[id, default: Written()].durable = stored.revision
                case .live: written[id, default: Written()].live = stored.revision
                }
            }
        }
    }

    /// After the documents were removed.
    package func forget(_ id: String) { written.withLock { $0[id] = nil } }

    /// What lies in the containers' folder: ids with their newest document; nil where there is none that can be read.
    package func load(boot: String) async throws(OxbowError) -> [(id: String, stored: StoredRecord?)] {
        let folders = folders
        do {
            return try await blocking {
                try Files.entries(of: folders.containers).sorted().map { id in
                    // A missing or broken document marks a creation that was cut short: recovery undoes it.
                    let durable = (try? Files.read(folders.record(id))).flatMap { try? StoredRecord.decode($0) }
                    let live = (try? Files.read(folders.liveRecord(id))).flatMap { try? StoredRecord.decode($0) }
                    return (id, StoredRecord.newest(durable: durable, live: live, boot: boot))
                }
            }
        } catch {
            throw OxbowError(.ours, "records: cannot be read", origin: error)
        }
    }
}
