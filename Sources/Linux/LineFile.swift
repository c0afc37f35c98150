import NIOCore

/// A file of lines that one writer appends to: it always ends with a whole line, whatever the disk or a SIGKILL cut.
/// Every call blocks: use `blocking`.
package struct LineFile: Sendable {
    private let file: OpenFile
    package let identity: FileIdentity
    package private(set) var size: UInt64

    /// Bytes of one read while a line's beginning is looked for.
    private static let block: UInt64 = 64 << 10

    /// Opens or makes the file, and takes away what a writer that was killed left of its last line.
    /// - Throws: ELOOP for a link.
    package init(_ path: String, mode: UInt32 = 0o640) throws(SystemFailure) {
        file = try OpenFile.appending(path, mode: mode)
        identity = try file.identity()
        size = try file.size()
        let whole = try Self.wholeLines(of: file, size)
        if whole < size {
            try file.truncate(to: whole)
            size = whole
        }
    }

    /// - Parameter lines: whole ones, each with its end.
    /// - Returns: how many bytes of whole lines were written, and why not all.
    package mutating func append(_ lines: ArraySlice<UInt8>) -> (count: Int, failure: SystemFailure?) {
        let (written, failure) = file.write(lines)
        guard let failure else {
            size += UInt64(written)
            return (written, nil)
        }
        let end = lines.prefix(written).lastIndex(of: UInt8(ascii: "\n"))
        let kept = end.map { $0 + 1 - lines.startIndex } ?? 0
        size += UInt64(kept)
        // A disk that takes no bytes lets them go all the same; if not, the next opening does this.
        try? file.truncate(to: size)
        return (kept, failure)
    }

    /// The last lines, as many as begin within `limit` bytes of the end.
    /// - Returns: the bytes, and whether they are all there are.
    package func tail(_ limit: Int) throws(SystemFailure) -> (bytes: ArraySlice<UInt8>, isWhole: Bool) {
        let start = size - min(size, UInt64(limit))
        let bytes = try file.bytes(at: start, limit: Int(size - start))
        guard start > 0 else { return (bytes[...], true) }
        // The first line may be cut.
        let first = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.endIndex
        return (bytes[first...], false)
    }

    package func isStill(at path: String) throws(SystemFailure) -> Bool { try file.isStill(at: path) }

    /// Bytes up to the last line end.
    private static func wholeLines(of file: OpenFile, _ size: UInt64) throws(SystemFailure) -> UInt64 {
        var end = size
        while end > 0 {
            let start = end - min(end, block)
            let bytes = try file.bytes(at: start, limit: Int(end - start))
            if let index = bytes.lastIndex(of: UInt8(ascii: "\n")) { return start + UInt64(index) + 1 }
            end = start
        }
        return 0
    }
}
