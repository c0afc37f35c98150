import Linux

/// Carries one container's output from its monitor's file into Docker's json-file. One caller at a time; every call blocks.
///
/// The monitor goes on writing whatever becomes of the engine. An engine that comes back finds in `TranscriptPosition` where
/// to read again, makes the same lines again, and leaves out as many bytes as the json-file has more than was written down.
struct LogTranscriber {
    /// Bytes of one read.
    static let block = 256 << 10
    /// Bytes that one call carries at most, so that many containers have their turn.
    static let share = 4 << 20
    /// Bytes of the monitor's file past which it is to begin a new one, so that nothing is kept twice for long.
    static let sourceLimit: UInt64 = 1 << 20

    private let paths: LogPaths
    private var json: JSONLogFile
    private var transcript: Transcript
    /// The monitor's file that is read, its identity and place.
    private var source: (file: OpenFile, identity: FileIdentity, isFull: Bool)?
    private var offset: UInt64
    /// Lines made and not yet written: the disk was full.
    private var backlog: ArraySlice<UInt8> = []
    /// Bytes of lines to come that are in Docker's files already.
    private var known: UInt64
    /// Where the lines in the backlog come from: to be written down while there are any.
    private var batch: Batch

    private struct Batch {
        var offset: UInt64
        var transcript: Transcript
        /// Bytes of its lines that are in Docker's files.
        var written: UInt64
    }

    /// Finds where an earlier transcriber stopped, also one that was killed at any place.
    init(_ paths: LogPaths, _ options: LogOptions) throws {
        self.paths = paths
        let position = TranscriptPosition.read(paths.position)
        if let position, JSONLogFile.isHalfRotated(paths, next: position.json) {
            try JSONLogFile.finishRotation(paths, options)
        }
        json = try JSONLogFile(paths, options)
        transcript = Transcript(
            output: position?.output ?? Transcript.Part(), errors: position?.errors ?? Transcript.Part())
        (offset, known) = (0, 0)
        batch = Batch(offset: 0, transcript: transcript, written: 0)
        guard let position else {
            try record()
            return
        }
        // A file that is not the one written down was put there by somebody else: nothing of it is ours.
        let grown = position.json == json.identity ? json.size - min(json.size, position.jsonOffset) : 0
        known = position.known + grown
        let full = FileIdentity(at: paths.fullSource)
        if let full, position.source == nil || position.source == full {
            source = (try OpenFile.reading(paths.fullSource), full, true)
            offset = position.source == nil ? 0 : position.sourceOffset
        } else {
            // Transcribed to its end when the next one was written down.
            if full != nil { try Files.removeFile(paths.fullSource) }
            try openSource()
            if let source, source.identity == position.source { offset = position.sourceOffset }
        }
        if let expected = position.source, source?.identity != expected {
            // It went with a machine that went down, or its removal was all that was left to do.
            known = 0
            try record()
        }
    }

    /// The file at `json` on the disk grows with this. - Returns: whether there is more to carry.
    mutating func carry() throws -> Bool {
        var carried = 0
        while carried < Self.share {
            try flush()
            if source == nil { try openSource() }
            guard let source else { return false }
            // Asked before the read: what was written before the monitor went over to the next file is still read.
            let hasNext = source.isFull && Files.exists(paths.source)
            let bytes = try source.file.bytes(at: offset, limit: Self.block)
            batch = Batch(offset: offset, transcript: transcript, written: known)
            let (lines, taken) = transcript.receive(bytes)
            offset += UInt64(taken)
            carried += taken
            add(lines)
            if taken > 0 { continue }
            try flush()
            guard hasNext else { return false }
            try advance()
        }
        return true
    }

    /// Whether the monitor should go on in a new file now.
    var wantsTurn: Bool { source.map { !$0.isFull && offset >= Self.sourceLimit } ?? false }

    /// Gives the monitor's file its second name; the monitor is then told to make a new one.
    mutating func turn() throws {
        guard wantsTurn else { return }
        // Whatever still bears the second name is done with.
        try record()
        try Files.rename(paths.source, paths.fullSource)
        source?.isFull = true
    }

    /// Whether the monitor has to be told: by us just now, or because an engine died before it could.
    var awaitsMonitor: Bool { (source?.isFull ?? false) && !Files.exists(paths.source) }

    /// The monitor has ended: carries all that is left and lets the monitor's files go.
    mutating func finish() throws {
        while try carry() {}
        batch = Batch(offset: offset, transcript: transcript, written: known)
        add(transcript.finish())
        try flush()
        try record()
        for path in [paths.fullSource, paths.source] { try Files.removeFile(path) }
        // Only now: with the record above, files that are still there are known to be done with.
        (source, offset) = (nil, 0)
        try record()
    }

    private mutating func openSource() throws {
        do throws(SystemFailure) {
            let file = try OpenFile.reading(paths.source)
            source = (file, try file.identity(), false)
        } catch {
            guard error.isMissing else { throw error }
        }
        offset = 0
    }

    /// From a file that is transcribed to the one after it.
    private mutating func advance() throws {
        source = nil
        try openSource()
        try record()
        try Files.removeFile(paths.fullSource)
    }

    /// Writes down where we are: to be called with everything written, or, with lines in the backlog, in front of `next`.
    private func record(before next: FileIdentity? = nil) throws {
        let from = backlog.isEmpty ? Batch(offset: offset, transcript: transcript, written: known) : batch
        try TranscriptPosition(
            source: source?.identity, sourceOffset: from.offset, json: next ?? json.identity,
            jsonOffset: next == nil ? json.size : 0, known: from.written, output: from.transcript.output,
            errors: from.transcript.errors
        ).write(paths.position)
    }

    private mutating func add(_ lines: [UInt8]) {
        let skipped = min(known, UInt64(lines.count))
        known -= skipped
        let rest = lines.dropFirst(Int(skipped))
        if backlog.isEmpty { backlog = rest } else { backlog += rest }
    }

    /// - Throws: when the disk takes no more; what is left is tried again next time.
    private mutating func flush() throws {
        while !backlog.isEmpty {
            if json.isFull { try rotate() }
            let piece = backlog.prefix(linesEnd)
            let (count, failure) = json.append(piece)
            backlog = backlog.dropFirst(count)
            batch.written += UInt64(count)
            if let failure { throw failure }
        }
        backlog = []
    }

    /// Bytes of whole lines that fit into the file, the last of which may reach past its limit.
    private var linesEnd: Int {
        guard let room = json.room, room < backlog.count else { return backlog.count }
        let from = backlog.startIndex + max(0, room - 1)
        guard let end = backlog[from...].firstIndex(of: UInt8(ascii: "\n")) else { return backlog.count }
        return end + 1 - backlog.startIndex
    }

    private mutating func rotate() throws {
        try record(before: try json.prepareNext())
        try json.rotate()
    }
}
