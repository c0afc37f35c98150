import Linux
import NIOCore

/// A container's json-files as a reader sees them: in order, also while they are rotated. Every call blocks.
struct LogFiles {
    let paths: LogPaths
    /// Files kept.
    let count: Int
    /// Bytes of one read.
    static let block = 64 << 10

    struct Place {
        var file: OpenFile
        var offset: UInt64
    }

    /// Where the last lines begin.
    /// - Parameter tail: how many; nil: all there are.
    /// - Returns: the files to read, oldest first; empty when nothing was ever written.
    func places(tail: Int?) throws(SystemFailure) -> [Place] {
        var places: [Place] = []
        var missing = tail
        for number in 0..<max(1, count) {
            guard let file = try open(number) else {
                // A gap is where a rotation stopped.
                if number > 0 { break }
                continue
            }
            guard let lines = missing else {
                places.append(Place(file: file, offset: 0))
                continue
            }
            let (offset, found) = try start(of: lines, in: file)
            places.append(Place(file: file, offset: offset))
            guard found < lines else { break }
            missing = lines - found
        }
        return places.reversed()
    }

    /// The file after `file`, once it is not the current one any more.
    /// - Returns: nil while it is.
    func successor(of file: OpenFile) throws(SystemFailure) -> OpenFile? {
        let own = try file.identity()
        guard let current = FileIdentity(at: paths.json), current != own else { return nil }
        var next = 0
        for number in stride(from: 1, to: count, by: 1) where FileIdentity(at: paths.json(number)) == own {
            next = number - 1
        }
        return try open(next)
    }

    private func open(_ number: Int) throws(SystemFailure) -> OpenFile? {
        do throws(SystemFailure) { return try OpenFile.reading(paths.json(number)) } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }

    /// - Returns: where the last `lines` lines begin, and how many there are.
    private func start(of lines: Int, in file: OpenFile) throws(SystemFailure) -> (offset: UInt64, found: Int) {
        var end = try file.size()
        guard lines > 0 else { return (end, 0) }
        guard end > 0 else { return (0, 0) }
        var scan = TailScan(lines: lines)
        while end > 0 {
            let begin = end - min(end, UInt64(Self.block))
            let bytes = try file.bytes(at: begin, limit: Int(end - begin))
            if let index = scan.receive(bytes) { return (begin + UInt64(index), lines) }
            end = begin
        }
        return (0, scan.found + 1)
    }
}
