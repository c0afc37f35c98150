import Linux
import Synchronization

/// The log of one container where the kubelet looks for it, in CRI format. Every call blocks; calls wait for each other for
/// as long as a write takes.
final class CRILogFile: Sendable {
    private struct State {
        var file: LineFile
        var cursor: LogCursor
        var document: LogDocument
    }
    private let state: Mutex<State>
    private let documentPath: String

    /// Bytes of the log that are read first to see what is in it; more are read when they tell nothing.
    private static let tail = 64 << 10

    /// Opens or makes the file and finds what was written of the log, also after the bridge was killed.
    /// - Parameters:
    ///   - document: of an earlier bridge; nil: the file at `path` may still be an earlier bridge's.
    ///   - isFresh: the container has never run: whatever lies there is not of this container.
    /// - Throws: `SystemFailure`: the folder is gone, or is no place for files.
    init(
        path: String, isTerminal: Bool, document: LogDocument?, isFresh: Bool, documentPath: String
    ) throws {
        self.documentPath = documentPath
        try Files.makeFolders(Files.parent(of: path))
        var cursor = document?.cursor ?? LogCursor()
        // Renamed since, and not opened anew: the bridge died in between.
        if let document, let old = document.file, FileIdentity(at: document.path) != old {
            try Self.renamed(old, besides: document.path).map { try Self.note($0, &cursor) }
        }
        // An earlier era's link to Docker's own file: the daemon tells all of that again.
        if (try? Files.link(at: path)) != nil { try Files.removeFile(path) }
        let file = try LineFile(path)
        // Before the first line: it tells a bridge that comes after us where to look.
        let own = LogDocument(path: path, isTerminal: isTerminal, file: file.identity, cursor: cursor)
        try own.write(documentPath)
        if !isFresh { try Self.note(file, &cursor) }
        state = Mutex(State(file: file, cursor: cursor, document: own))
    }

    var cursor: LogCursor { state.withLock { $0.cursor } }
    var isTerminal: Bool { state.withLock { $0.document.isTerminal } }
    var path: String { state.withLock { $0.document.path } }

    /// - Returns: how many entries were written, and why not all.
    func append(_ entries: ArraySlice<LogEntry>) -> (count: Int, failure: SystemFailure?) {
        var lines: [UInt8] = []
        var ends: [Int] = []
        for entry in entries {
            entry.append(to: &lines)
            ends.append(lines.count)
        }
        return state.withLock { state in
            let (bytes, failure) = state.file.append(lines[...])
            let count = failure == nil ? ends.count : ends.prefix { $0 <= bytes }.count
            for entry in entries.prefix(count) { if let instant = entry.instant { state.cursor.note(instant) } }
            return (count, failure)
        }
    }

    /// Goes on in the file that `path` names now; the old one is whole.
    /// - Throws: `SystemFailure`, and then goes on in the old file.
    func reopen() throws {
        try state.withLock { state in
            if try state.file.isStill(at: state.document.path) { return }
            let file = try LineFile(state.document.path)
            var document = state.document
            (document.file, document.cursor) = (file.identity, state.cursor)
            try document.write(documentPath)
            (state.file, state.document) = (file, document)
        }
    }

    /// All is written: nobody has to look for more.
    func complete() throws {
        try state.withLock { state in
            state.document.isComplete = true
            state.document.cursor = state.cursor
            try state.document.write(documentPath)
        }
    }

    private static func note(_ file: LineFile, _ cursor: inout LogCursor) throws {
        var limit = tail
        while true {
            let (lines, isWhole) = try file.tail(limit)
            if cursor.note(lines: lines, isWhole: isWhole) { return }
            limit *= 2
        }
    }

    /// The file of this identity in the log's folder, whatever it is called.
    private static func renamed(_ identity: FileIdentity, besides path: String) throws -> LineFile? {
        let folder = Files.parent(of: path)
        let name = try Files.entries(of: folder).first { FileIdentity(at: "\(folder)/\($0)") == identity }
        return try name.map { try LineFile("\(folder)/\($0)") }
    }
}
