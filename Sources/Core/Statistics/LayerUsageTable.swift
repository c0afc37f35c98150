import Linux
import Synchronization

/// How much containers have written, without walking their layers for everybody who asks.
///
/// A figure is used for as long as `patience` times what counting it took: a layer of a few files is counted each time,
/// one of a hundred thousand every few minutes, and either way counting takes no more than a hundredth of a core.
package final class LayerUsageTable: Sendable {
    package static let patience = 100

    private struct Row {
        var bytes: UInt64
        var inodes: UInt64
        var until: ContinuousClock.Instant
    }
    private let rows = Mutex<[String: Row]>([:])

    package init() {}

    /// Bytes and inodes of a container's writable layer. Blocks.
    package func usage(
        of id: String, in folder: String, now: () -> ContinuousClock.Instant = { .now }
    ) throws -> (bytes: UInt64, inodes: UInt64) {
        let begun = now()
        if let row = rows.withLock({ $0[id] }), begun < row.until { return (row.bytes, row.inodes) }
        let (bytes, inodes) = try Files.usage(of: folder)
        let ended = now()
        let row = Row(bytes: bytes, inodes: inodes, until: ended + (ended - begun) * Self.patience)
        rows.withLock { $0[id] = row }
        return (bytes, inodes)
    }

    package func forget(_ id: String) { rows.withLock { $0[id] = nil } }
}
