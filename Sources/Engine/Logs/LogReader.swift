import Faults
import Linux
import NIOCore

/// Reads a container's log file and, when asked, waits for more of it.
struct LogReader {
    /// Bytes of one read.
    static let block = 64 << 10
    /// How long a follower waits before it looks again: files tell nobody that they grew.
    static let pause = Duration.milliseconds(50)

    let path: String
    let request: LogRequest
    /// Whether more may be written: asked before each read, so that what was written before the end is still read.
    let isGrowing: @Sendable () async -> Bool

    /// Hands on each record that the client wants until the file ends; a follower ends with the container.
    func run(_ write: (ByteBuffer) async throws -> Void) async throws {
        guard request.tail != 0 || request.follow, var file = try await open() else { return }
        var offset = try await start(in: file)
        var lines = LogLines()
        while !Task.isCancelled {
            let mayGrow = request.follow ? await isGrowing() : false
            let bytes = try await blocking { [file, offset] in try file.read(at: offset, limit: Self.block) }
            if bytes.readableBytes > 0 {
                offset += UInt64(bytes.readableBytes)
                guard try await show(lines.receive(bytes), write) else { return }
                continue
            }
            // The monitor begins a new file of the same name when the old one is full.
            if let next = try await successor(of: file) {
                (file, offset, lines) = (next, 0, LogLines())
                continue
            }
            guard mayGrow, !isOver() else { return }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// - Returns: false when the client wants nothing further.
    private func show(_ lines: [ByteBuffer], _ write: (ByteBuffer) async throws -> Void) async throws -> Bool {
        for line in lines {
            guard let record = LogRecord(line: line) else { continue }
            if request.isPast(record) { return false }
            if let shown = request.show(record) { try await write(shown) }
        }
        return true
    }

    private func isOver() -> Bool { request.until.map { $0 <= Timestamp.now() } ?? false }

    /// nil when nothing was ever written.
    private func open() async throws -> OpenFile? {
        guard !path.isEmpty else { return nil }
        return try await blocking { [path] in
            do throws(SystemFailure) { return try OpenFile.reading(path) } catch {
                guard !error.isMissing else { return nil }
                throw error
            }
        }
    }

    private func successor(of file: OpenFile) async throws -> OpenFile? {
        guard request.follow else { return nil }
        return try await blocking { [path] in
            guard try !file.isStill(at: path), Files.exists(path) else { return nil }
            return try OpenFile.reading(path)
        }
    }

    private func start(in file: OpenFile) async throws -> UInt64 {
        guard let tail = request.tail else { return 0 }
        return try await blocking {
            var end = try file.size()
            guard tail > 0 else { return end }
            var scan = TailScan(lines: tail)
            while end > 0 {
                let begin = end - min(end, UInt64(Self.block))
                let bytes = try file.read(at: begin, limit: Int(end - begin))
                if let index = scan.receive(Array(buffer: bytes)) { return begin + UInt64(index) }
                end = begin
            }
            return 0
        }
    }
}
