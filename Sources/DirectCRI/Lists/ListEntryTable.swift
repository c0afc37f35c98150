import CRI
import Core
import Synchronization

/// An entry of a list, and its wire form.
final class ListEntry<Message: CRIMessage>: Sendable {
    let message: Message
    let encoded: EncodedElement

    init(_ message: Message) {
        self.message = message
        encoded = EncodedElement(message)
    }
}

/// The entries that lists consist of, made once for each state of a sandbox or container: all else that an entry says
/// never changes.
final class ListEntryTable: Sendable {
    enum Entry: Sendable {
        case sandbox(ListEntry<PodSandbox>)
        case container(ListEntry<Container>)
        /// Of another front end.
        case foreign
    }
    private struct Row {
        var brief: ContainerBrief
        var entry: Entry
    }
    private let rows = Mutex<[String: Row]>([:])

    /// The entries of what there is now, and what there are none for: new containers, and those in another state.
    func entries(of briefs: [ContainerBrief]) -> (known: [Entry?], isWhole: Bool) {
        rows.withLock { rows in
            if rows.count > briefs.count { Self.forgetAllBut(briefs, in: &rows) }
            var known: [Entry?] = []
            known.reserveCapacity(briefs.count)
            var isWhole = true
            for brief in briefs {
                let row = rows[brief.id]
                let entry = row?.brief == brief ? row?.entry : nil
                if entry == nil { isWhole = false }
                known.append(entry)
            }
            return (known, isWhole)
        }
    }

    func keep(_ entry: Entry, for brief: ContainerBrief) {
        rows.withLock { $0[brief.id] = Row(brief: brief, entry: entry) }
    }

    private static func forgetAllBut(_ briefs: [ContainerBrief], in rows: inout [String: Row]) {
        let present = Set(briefs.map(\.id))
        rows = rows.filter { present.contains($0.key) }
    }
}

extension DirectCRI {
    /// All entries, oldest first; none of a sandbox that is still being made.
    func listEntries() async -> (sandboxes: [ListEntry<PodSandbox>], containers: [ListEntry<Container>]) {
        let briefs = await core.briefs()
        let (known, isWhole) = entries.entries(of: briefs)
        let making = transitions.inMaking
        var (sandboxes, containers): ([ListEntry<PodSandbox>], [ListEntry<Container>]) = ([], [])
        for (brief, entry) in zip(briefs, known) where making.isEmpty || !making.contains(brief.id) {
            let present = isWhole || entry != nil ? entry : await makeEntry(brief)
            switch present {
            case .sandbox(let entry): sandboxes.append(entry)
            case .container(let entry): containers.append(entry)
            case .foreign, nil: break
            }
        }
        return (sandboxes, containers)
    }

    /// nil: it is gone by now.
    private func makeEntry(_ brief: ContainerBrief) async -> ListEntryTable.Entry? {
        guard let record = await core.container(brief.id) else { return nil }
        let entry: ListEntryTable.Entry =
            switch documents.document(of: record) {
            case .sandbox(let document): .sandbox(ListEntry(Sandbox(record: record, document: document).listEntry))
            case .container(let document):
                .container(ListEntry(PodContainer(record: record, document: document).listEntry))
            case nil: .foreign
            }
        // The record may be newer than the brief: its own brief is the one that the entry stands for.
        entries.keep(entry, for: ContainerBrief(record))
        return entry
    }
}
