import Faults
import Glibc
import Linux
import OCI
import Synchronization

/// Where a reader's bytes come from. Blocks.
protocol ByteSource: AnyObject {
    /// - Returns: the number of bytes put into the buffer; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A file on this host.
final class FileSource: ByteSource {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw SystemFailure("open", path) }
    }
    deinit { if descriptor >= 0 { close(descriptor) } }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw SystemFailure("read", path) }
        }
    }
}

/// Bytes in memory.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var position = 0
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(buffer.count, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }
}

/// The data of a reader's current entry: an archive within an archive.
final class EntrySource: ByteSource {
    private let reader: ArchiveReader
    init(_ reader: ArchiveReader) { self.reader = reader }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { try reader.readData(into: buffer) }
}

/// Another source's bytes, counted, and refused once the import is withdrawn.
final class WatchedSource: ByteSource {
    private let source: any ByteSource
    private let watch: UnpackWatch
    init(_ source: any ByteSource, _ watch: UnpackWatch) {
        self.source = source
        self.watch = watch
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(into: buffer)
        try watch.passed(count)
        return count
    }
}

/// Another source's bytes, plain, with their digest.
final class PlainSource: ByteSource {
    private let decompressor: ArchiveReader
    private var sum = DigestHasher()
    private var count: UInt64 = 0

    init(_ source: any ByteSource) throws { decompressor = try ArchiveReader.decompressor(source) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let got = try decompressor.readData(into: buffer)
        count += UInt64(got)
        guard count <= UnpackLimits.layerBytes else {
            throw OxbowError(.badRequest, "layer: longer than \(UnpackLimits.layerBytes) bytes")
        }
        sum.update(Array(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<got])))
        return got
    }

    /// Reads what is left and gives the digest of everything.
    func finish() throws -> Digest {
        let rest = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { rest.deallocate() }
        while try read(into: rest) > 0 {}
        return sum.finish()
    }
}
