import Core
import Faults
import Linux
import NIOCore

/// Reads a container's log and, when asked, waits for more of it.
struct LogReader {
    let files: LogFiles
    let request: LogRequest
    /// Whether more may be written: asked before each read, so that what was written before the end is still read.
    let isGrowing: @Sendable () async -> Bool
    /// Set when there may be more to read; asked for before each read, for the same reason.
    let growth: @Sendable () -> Latch<Void>

    /// Hands on each record that the client wants until the files end; a follower ends with the container.
    func run(_ write: (ByteBuffer) async throws -> Void) async throws {
        guard request.tail != 0 || request.follow else { return }
        var rest = try await blocking { [files, request] in try files.places(tail: request.tail) }
        guard !rest.isEmpty else { return }
        var place = rest.removeFirst()
        var lines = LogLines()
        while !Task.isCancelled {
            let mayGrow = request.follow ? await isGrowing() : false
            let grown = growth()
            let bytes = try await blocking { [place] in
                try place.file.read(at: place.offset, limit: LogFiles.block)
            }
            if bytes.readableBytes > 0 {
                place.offset += UInt64(bytes.readableBytes)
                guard try await show(lines.receive(bytes), write) else { return }
                continue
            }
            if let next = rest.first {
                (place, lines) = (next, LogLines())
                rest.removeFirst()
                continue
            }
            guard request.follow else { return }
            if let next = try await blocking({ [files, place] in try files.successor(of: place.file) }) {
                (place, lines) = (LogFiles.Place(file: next, offset: 0), LogLines())
                continue
            }
            guard mayGrow, await wait(grown) else { return }
        }
    }

    /// - Returns: false when the client wants nothing that may still come.
    private func wait(_ grown: Latch<Void>) async -> Bool {
        guard let until = request.until else {
            _ = await grown.wait()
            return true
        }
        let left = until.nanoseconds - Timestamp.now().nanoseconds
        guard left > 0 else { return false }
        _ = await Deadline.within(.nanoseconds(left)) { await grown.wait() }
        return true
    }

    /// - Returns: false when the client wants nothing further.
    private func show(_ lines: [ByteBuffer], _ write: (ByteBuffer) async throws -> Void) async throws -> Bool {
        // One piece for all that one read brought: a client reads frames, not pieces.
        var shown = ByteBuffer()
        var isPast = false
        for line in lines {
            guard let record = LogRecord(line: line) else { continue }
            if request.isPast(record) {
                isPast = true
                break
            }
            if let next = request.show(record) { shown.writeImmutableBuffer(next) }
        }
        if shown.readableBytes > 0 { try await write(shown) }
        return !isPast
    }
}
