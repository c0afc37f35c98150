import CArchive
import Faults
import Glibc
import Linux

/// One entry's header, copied out of libarchive.
struct ArchiveEntry {
    enum Kind: Equatable {
        case file
        case folder
        case symlink(RawPath)
        /// Names an earlier entry.
        case hardLink(RawPath)
        case node(Folder.Node)
    }
    var path: RawPath
    var kind: Kind
    /// Permission bits.
    var mode: UInt32 = 0o644
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    var seconds: Int = 0
    var nanoseconds: Int = 0
    /// Bytes, holes included.
    var size: Int = 0
    var attributes: [(name: String, value: [UInt8])] = []

    /// Bytes of a name or a link's target.
    static let pathLimit = 4096
    /// Bytes of one entry's extended attributes.
    static let attributeLimit = 1 << 20
}

extension ArchiveEntry {
    init(_ entry: OpaquePointer) throws {
        path = try Self.path(archive_entry_pathname(entry), "name")
        if let target = archive_entry_hardlink(entry) {
            kind = .hardLink(try Self.path(target, "link target"))
        } else {
            let major = UInt32(truncatingIfNeeded: archive_entry_rdevmajor(entry))
            let minor = UInt32(truncatingIfNeeded: archive_entry_rdevminor(entry))
            switch archive_entry_filetype(entry) {
            // The raw stream of a decompressor has no type.
            case S_IFREG, 0: kind = .file
            case S_IFDIR: kind = .folder
            case S_IFLNK: kind = .symlink(try Self.path(archive_entry_symlink(entry), "link target"))
            case S_IFCHR: kind = .node(.character(major: major, minor: minor))
            case S_IFBLK: kind = .node(.block(major: major, minor: minor))
            case S_IFIFO: kind = .node(.fifo)
            default: throw OxbowError(.badRequest, "archive: entry of an unknown type (\(path))")
            }
        }
        mode = archive_entry_perm(entry) & 0o7777
        // Too large or negative: no such owner can be; the kernel refuses what does not fit.
        uid = UInt32(truncatingIfNeeded: archive_entry_uid(entry))
        gid = UInt32(truncatingIfNeeded: archive_entry_gid(entry))
        seconds = Int(archive_entry_mtime(entry))
        nanoseconds = Int(archive_entry_mtime_nsec(entry))
        size = max(0, Int(archive_entry_size(entry)))
        attributes = try Self.attributes(entry, path)
    }

    private static func path(_ text: UnsafePointer<CChar>?, _ noun: String) throws -> RawPath {
        guard let text else { throw OxbowError(.badRequest, "archive: entry without a \(noun)") }
        let length = strnlen(text, pathLimit + 1)
        guard length <= pathLimit,
            let path = RawPath(UnsafeBufferPointer(start: text, count: length).map { UInt8(bitPattern: $0) })
        else { throw OxbowError(.badRequest, "archive: \(noun) longer than \(pathLimit) bytes") }
        return path
    }

    private static func attributes(_ entry: OpaquePointer, _ path: RawPath) throws -> [(String, [UInt8])] {
        guard archive_entry_xattr_reset(entry) > 0 else { return [] }
        var found: [(String, [UInt8])] = []
        var total = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK {
            guard let name else { continue }
            total += size
            guard total <= attributeLimit else {
                throw OxbowError(.badRequest, "archive: attributes longer than \(attributeLimit) bytes (\(path))")
            }
            found.append((String(cString: name), Array(UnsafeRawBufferPointer(start: value, count: size))))
        }
        return found
    }
}
