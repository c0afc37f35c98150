package import Faults
import Linux

/// Writes and reads containers' documents.
package struct RecordStore: Sendable {
    package enum Durability: Sendable {
        /// On the disk before the call returns.
        case durable
        /// Survives this process, not the machine.
        case live
    }
    package let folders: CoreFolders
    package init(folders: CoreFolders) { self.folders = folders }

    package func write(_ stored: StoredRecord, _ durability: Durability) async throws(OxbowError) {
        let folders = folders
        do {
            try await blocking {
                let bytes = try stored.encoded()
                let id = stored.record.id
                switch durability {
                case .durable: try Files.writeDurably(folders.record(id), bytes)
                case .live:
                    let path = folders.liveRecord(id)
                    try Files.write(path + ".new", bytes, mode: 0o600)
                    try Files.rename(path + ".new", path)
                }
            }
        } catch {
            throw OxbowError(.ours, "record: cannot be written (\(stored.record.id))", origin: error)
        }
    }

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
