import CArchive

/// Plain bytes out of compressed ones: gzip, zstd and the rest of what libarchive's filters know.
package enum Decompression {
    /// What stands at the beginning of a compressed file.
    private static let marks: [[UInt8]] = [[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD]]

    /// The bytes as they are when they carry neither gzip's nor zstd's mark; otherwise what they hold.
    ///
    /// - Parameter limit: bytes of the result; a small file can claim to be a very large one.
    package static func plain(_ bytes: [UInt8], limit: Int) throws(DecompressionFailure) -> [UInt8] {
        guard marks.contains(where: { bytes.starts(with: $0) }) else {
            guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
            return bytes
        }
        var outcome: Result<[UInt8], DecompressionFailure> = .success([])
        bytes.withUnsafeBytes { view in
            outcome = Result { () throws(DecompressionFailure) in try inflate(view, limit: limit) }
        }
        return try outcome.get()
    }

    /// One pass through libarchive's "raw" format: no archive, a single entry that is the whole stream.
    private static func inflate(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(DecompressionFailure) -> [UInt8] {
        guard let reader = archive_read_new() else { throw .broken("out of memory") }
        defer { archive_read_free(reader) }
        archive_read_support_filter_gzip(reader)
        archive_read_support_filter_zstd(reader)
        archive_read_support_format_raw(reader)
        var entry: OpaquePointer?
        guard archive_read_open_memory(reader, bytes.baseAddress, bytes.count) == ARCHIVE_OK,
            archive_read_next_header(reader, &entry) == ARCHIVE_OK
        else { throw .broken(reason(reader)) }
        // A mark without a whole header behind it is taken for plain bytes by libarchive.
        guard archive_filter_code(reader, 0) != ARCHIVE_FILTER_NONE else { throw .broken("header cut short") }

        var result: [UInt8] = []
        let step = 256 << 10
        while true {
            let before = result.count
            result.append(contentsOf: repeatElement(0, count: step))
            let read = result.withUnsafeMutableBytes { view in
                archive_read_data(reader, view.baseAddress?.advanced(by: before), step)
            }
            guard read >= 0 else { throw .broken(reason(reader)) }
            result.removeLast(step - read)
            guard result.count <= limit else { throw .tooLarge(limit: limit) }
            if read == 0 { return result }
        }
    }

    private static func reason(_ reader: OpaquePointer) -> String {
        guard let text = archive_error_string(reader) else { return "unreadable" }
        return String(cString: text)
    }
}

package enum DecompressionFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The compressed stream is damaged or cut short; libarchive's own words.
    case broken(String)
    case tooLarge(limit: Int)

    package var description: String {
        switch self {
        case .broken(let reason): "cannot be decompressed: \(reason)"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        }
    }
}
