import CArchive
import OCI

/// The decompressed bytes of a file, hashed as they pass: libarchive's filters over its "raw" format.
final class ArchiveSource {
    private static let step = 256 << 10

    private let raw: OpaquePointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 16)
    private var sum = DigestHasher()
    private var ended = false
    private(set) var failure: ArchiveFailure?

    init(path: String) throws {
        guard let raw = archive_read_new() else { throw ArchiveFailure(description: "out of memory") }
        self.raw = raw
        for support in [
            archive_read_support_filter_gzip, archive_read_support_filter_zstd, archive_read_support_filter_xz,
            archive_read_support_filter_bzip2,
        ] { _ = support(raw) }
        archive_read_support_format_raw(raw)
        archive_read_support_format_empty(raw)
        guard archive_read_open_filename(raw, path, Self.step) == ARCHIVE_OK else { throw reason() }
        var entry: OpaquePointer?
        let header = archive_read_next_header(raw, &entry)
        ended = header == ARCHIVE_EOF
        guard ended || header == ARCHIVE_OK else { throw reason() }
    }

    deinit {
        archive_read_free(raw)
        buffer.deallocate()
    }

    /// libarchive's read callback: points `place` to the next bytes. 0 at the end, −1 on failure.
    func next(_ place: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        guard !ended else { return 0 }
        let count = archive_read_data(raw, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
            failure = reason()
            return -1
        }
        ended = count == 0
        let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])
        sum.update(Array(bytes))
        place.pointee = bytes.baseAddress
        return count
    }

    /// What a tar holds behind its last entry counts too.
    func digest() throws -> Digest {
        var rest: UnsafeRawPointer?
        while next(&rest) > 0 {}
        if let failure { throw failure }
        return sum.finish()
    }

    private func reason() -> ArchiveFailure {
        guard let text = archive_error_string(raw) else { return ArchiveFailure(description: "unreadable file") }
        return ArchiveFailure(description: String(cString: text))
    }
}
