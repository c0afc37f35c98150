import CNI
import Core
import DockerAPI
import NIOCore
import OCI
import Synchronization

/// The elements of container lists as text, written once for each state of a container: kubelets list every second, and
/// writing JSON is most of what that costs.
///
/// Of an element only the phrase about its status changes with time. Members are in alphabetical order, so that it comes
/// last, and the rest is kept in front of it.
final class SummaryTexts: Sendable {
    /// Containers whose text is kept; past it the table starts anew.
    static let limit = 4096

    /// Everything that an element is made of, but for what never changes and the time.
    private struct Key: Equatable {
        var name: String
        var document: String
        var isNamedImage: Bool
        var word: String
        var network: NetworkResult?
    }
    private struct Row {
        var key: Key
        /// Up to the value of `Status`.
        var head: ByteBuffer
    }
    private let rows = Mutex<[String: Row]>([:])

    /// - Parameters:
    ///   - imageNow: the image that the container's image name leads to now.
    ///   - sizes: bytes written, and bytes in all; nil: not asked for.
    func write(
        _ record: ContainerRecord, _ document: ContainerDocument, imageNow: Digest?, isRestarting: Bool, now: Int64,
        sizes: (writable: Int64, whole: Int64)?, into body: inout ByteBuffer
    ) throws {
        let status = ContainerStatus(of: record, isRestarting: isRestarting, now: now)
        let key = Key(
            name: record.spec.name, document: record.spec.extensionDocument,
            isNamedImage: imageNow == record.spec.image, word: status.word, network: record.network)
        let known = sizes == nil ? rows.withLock { $0[record.id] } : nil
        if let known, known.key == key {
            body.writeImmutableBuffer(known.head)
        } else {
            var summary = ContainerSummary(
                of: record, document: document, imageNow: imageNow, isRestarting: isRestarting, now: now)
            if let sizes { (summary.sizeRw, summary.sizeRootFs) = sizes }
            summary.status = ""
            var head = try DockerJSON.encode(summary)
            // `"Status":""}` without its last three bytes.
            head = head.readSlice(length: max(0, head.readableBytes - 3)) ?? head
            if sizes == nil {
                rows.withLock { rows in
                    if rows.count >= Self.limit { rows = [:] }
                    rows[record.id] = Row(key: key, head: head)
                }
            }
            body.writeImmutableBuffer(head)
        }
        // Words and numbers: nothing in it needs escaping.
        body.writeString("\"\(status.phrase)\"}")
    }

    func forget(_ id: String) { rows.withLock { $0[id] = nil } }
}
