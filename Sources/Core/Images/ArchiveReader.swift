import CArchive
import Faults
import Glibc
import Linux

/// One libarchive reader. The only code, with `ArchiveReader+…`, that calls `archive_*`.
///
/// Used by one thread; every call blocks.
final class ArchiveReader {
    /// What the read callback works with.
    private final class Feed {
        static let size = 256 << 10
        let source: any ByteSource
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Feed.size, alignment: 16)
        var failure: (any Error)?

        init(_ source: any ByteSource) { self.source = source }
        deinit { buffer.deallocate() }
    }

    let raw: OpaquePointer
    private let feed: Feed

    private init(_ raw: OpaquePointer, _ feed: Feed) {
        self.raw = raw
        self.feed = feed
    }
    deinit { archive_read_free(raw) }

    /// Reads a tar: ustar, GNU, pax. The bytes must not be compressed.
    static func tar(_ source: any ByteSource) throws -> ArchiveReader {
        try open(source) {
            archive_read_support_format_tar($0)
            archive_read_support_format_empty($0)
        }
    }

    /// Takes off one layer of compression: gzip, zstd, xz, bzip2 or none. The one entry is the plain stream.
    static func decompressor(_ source: any ByteSource) throws -> ArchiveReader {
        let reader = try open(source) {
            archive_read_support_filter_gzip($0)
            archive_read_support_filter_bzip2($0)
            archive_read_support_filter_xz($0)
            archive_read_support_filter_zstd($0)
            archive_read_support_format_raw($0)
            archive_read_support_format_empty($0)
        }
        _ = try reader.next()  // nil for an empty stream, which then reads as empty
        return reader
    }

    private static func open(
        _ source: any ByteSource, _ configure: (OpaquePointer) -> Void
    ) throws -> ArchiveReader {
        guard let raw = archive_read_new() else { throw OxbowError(.ours, "archive: out of memory") }
        let feed = Feed(source)
        let reader = ArchiveReader(raw, feed)
        configure(raw)
        let code = archive_read_open(
            raw, Unmanaged.passUnretained(feed).toOpaque(), nil,
            { _, context, start in
                // Safe to unwrap: libarchive gives back the feed passed above, and a place for the address.
                let feed = Unmanaged<Feed>.fromOpaque(context!).takeUnretainedValue()
                start!.pointee = UnsafeRawPointer(feed.buffer.baseAddress)
                do {
                    return try feed.source.read(into: feed.buffer)
                } catch {
                    feed.failure = error
                    return -1
                }
            }, nil)
        guard code == ARCHIVE_OK else { throw reader.failure() }
        return reader
    }

    /// The next entry; nil at the end.
    /// - Throws: what the source threw; `.badRequest` for bytes that are no archive.
    func next() throws -> ArchiveEntry? {
        let before = uselocale(Self.utf8.locale)
        defer { uselocale(before) }
        var entry: OpaquePointer?
        switch archive_read_next_header(raw, &entry) {
        case ARCHIVE_EOF: return nil
        // A warning is about a name that is no UTF-8: it is taken as the bytes that it is.
        case ARCHIVE_OK, ARCHIVE_WARN:
            guard let entry else { throw failure() }
            return try ArchiveEntry(entry)
        default: throw failure()
        }
    }

    /// Safe because a locale object never changes after it is made.
    private struct Locale: @unchecked Sendable { let locale: locale_t? }
    private static let utf8 = Locale(locale: oxbow_archive_utf8())

    /// Reads the current entry's data, holes as zeros. - Returns: 0 at its end.
    func readData(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = archive_read_data(raw, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure() }
        return count
    }

    /// The current entry's data, whole.
    func data(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try readData(into: $0) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                throw OxbowError(.badRequest, "archive: document longer than \(limit) bytes")
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Writes the current entry's data into a file; holes stay holes.
    func copyData(to file: NewFile, size: Int) throws {
        var end = 0
        while true {
            var block: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            let code = archive_read_data_block(raw, &block, &count, &offset)
            if code == ARCHIVE_EOF { break }
            guard code == ARCHIVE_OK || code == ARCHIVE_WARN, offset >= 0, Int(offset) + count <= size else {
                throw failure()
            }
            try file.write(UnsafeRawBufferPointer(start: block, count: count), at: Int(offset))
            end = Int(offset) + count
        }
        if end < size { try file.setSize(size) }
    }

    private func failure() -> any Error {
        if let failure = feed.failure { return failure }
        let words = archive_error_string(raw).map { String(cString: $0) } ?? "damaged"
        return OxbowError(.badRequest, "archive: cannot be read: \(words)")
    }
}
