import Core
import DockerAPI
import Synchronization

/// The read form of each container's document: a kubelet lists all containers several times a second, and reading the
/// same JSON text again would be most of that work.
final class DocumentCache: Sendable {
    /// Entries kept; past it the cache starts anew.
    static let limit = 4096

    private struct Row {
        var text: String
        var document: ContainerDocument
    }
    private let rows = Mutex<[String: Row]>([:])

    func document(of record: ContainerRecord) -> ContainerDocument {
        let text = record.spec.extensionDocument
        if let row = rows.withLock({ $0[record.id] }), row.text == text { return row.document }
        // Text that is not ours belongs to another front end's container.
        let document =
            (try? DockerJSON.decode(ContainerDocument.self, from: text)) ?? ContainerDocument(describing: record.spec)
        rows.withLock { rows in
            if rows.count >= Self.limit { rows = [:] }
            rows[record.id] = Row(text: text, document: document)
        }
        return document
    }

    func forget(_ id: String) { rows.withLock { $0[id] = nil } }
}
