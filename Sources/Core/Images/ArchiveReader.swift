import CArchive
import Faults
import Glibc
import OCI

/// One entry of a tar.
struct ArchiveEntry: Sendable {
    enum Kind: Sendable, Equatable { case file, folder, symlink(String), hardlink(String), node(type: UInt32), other }
    /// As written in the archive: may be absolute or lead upwards.
    var name: String
    var kind: Kind
    /// Permission bits.
    var mode: UInt32
    var uid: UInt32
    var gid: UInt32
    /// Nanoseconds since 1970.
    var modified: Int64
    var size: UInt64
    var major: UInt32
    var minor: UInt32
    var extended: [(name: String, value: [UInt8])]
}

struct ArchiveFailure: Error, Sendable, CustomStringConvertible {
    let description: String
}

/// Reads a tar of any outer compression, entry by entry, through libarchive; with `ArchiveSource` the only code that
/// calls it. Not thread-safe; every call blocks.
final class ArchiveReader {
    private let raw: OpaquePointer
    private let source: ArchiveSource
    private var current: OpaquePointer?

    /// Names are read as UTF-8, for which libarchive asks the process's locale.
    private static let locale: Void = { _ = setlocale(LC_CTYPE, "C.UTF-8") }()

    /// - Throws: when the file cannot be read, or is no tar.
    init(path: String) throws {
        _ = Self.locale
        source = try ArchiveSource(path: path)
        guard let raw = archive_read_new() else { throw ArchiveFailure(description: "out of memory") }
        self.raw = raw
        archive_read_support_format_tar(raw)
        archive_read_support_format_empty(raw)
        let opened = archive_read_open(
            raw, Unmanaged.passUnretained(source).toOpaque(), nil,
            { _, context, buffer in
                guard let context, let buffer else { return -1 }
                return Unmanaged<ArchiveSource>.fromOpaque(context).takeUnretainedValue().next(buffer)
            }, nil)
        guard opened == ARCHIVE_OK else { throw failure() }
    }

    deinit { archive_read_free(raw) }

    /// - Returns: nil after the last entry.
    func next() throws -> ArchiveEntry? {
        var entry: OpaquePointer?
        let result = archive_read_next_header(raw, &entry)
        if result == ARCHIVE_EOF { return nil }
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else { throw failure() }
        current = entry
        return try Self.read(entry)
    }

    /// Writes the current entry's bytes, leaving holes where the archive has them.
    func content(to descriptor: Int32) throws {
        guard archive_read_data_into_fd(raw, descriptor) == ARCHIVE_OK else { throw failure() }
    }

    /// Reads on to the end of the stream and gives the digest of everything in it, decompressed.
    func digest() throws -> Digest { try source.digest() }

    private func failure() -> ArchiveFailure {
        if let failure = source.failure { return failure }
        guard let text = archive_error_string(raw) else { return ArchiveFailure(description: "unreadable archive") }
        return ArchiveFailure(description: String(cString: text))
    }

    private static func read(_ entry: OpaquePointer) throws -> ArchiveEntry {
        guard let name = text(archive_entry_pathname_utf8(entry), archive_entry_pathname(entry)) else {
            throw ArchiveFailure(description: "an entry without a readable name")
        }
        return ArchiveEntry(
            name: name, kind: kind(of: entry), mode: UInt32(archive_entry_perm(entry)),
            uid: UInt32(clamping: archive_entry_uid(entry)), gid: UInt32(clamping: archive_entry_gid(entry)),
            modified: Int64(archive_entry_mtime(entry)).multipliedReportingOverflow(by: 1_000_000_000).partialValue
                &+ Int64(archive_entry_mtime_nsec(entry)),
            size: UInt64(clamping: archive_entry_size(entry)), major: UInt32(archive_entry_rdevmajor(entry)),
            minor: UInt32(archive_entry_rdevminor(entry)), extended: extended(of: entry))
    }

    private static func kind(of entry: OpaquePointer) -> ArchiveEntry.Kind {
        if let target = text(archive_entry_hardlink_utf8(entry), archive_entry_hardlink(entry)) {
            return .hardlink(target)
        }
        let type = UInt32(archive_entry_filetype(entry))
        // Type bits of stat(2); Glibc and libarchive both name them, so that neither's name can be used.
        switch type {
        case 0o100000: return .file
        case 0o040000: return .folder
        case 0o120000:
            return .symlink(text(archive_entry_symlink_utf8(entry), archive_entry_symlink(entry)) ?? "")
        // Character device, block device, named pipe.
        case 0o020000, 0o060000, 0o010000: return .node(type: type)
        default: return .other
        }
    }

    private static func extended(of entry: OpaquePointer) -> [(name: String, value: [UInt8])] {
        var found: [(name: String, value: [UInt8])] = []
        archive_entry_xattr_reset(entry)
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK, let key = name {
            let bytes = value.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: size)) } ?? []
            found.append((String(cString: key), bytes))
        }
        return found
    }

    private static func text(_ preferred: UnsafePointer<CChar>?, _ other: UnsafePointer<CChar>?) -> String? {
        (preferred ?? other).map { String(cString: $0) }
    }
}
