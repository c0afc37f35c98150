package import NIOCore

/// What a command of ExecSync wrote, as far as one answer can hold it.
package struct ExecSyncOutput: Sendable {
    /// Bytes of both streams: a message of 16 MiB, the most that clients take, less what frames it. The rest is dropped.
    package static let limit = (16 << 20) - (64 << 10)

    package private(set) var stdout: [UInt8] = []
    package private(set) var stderr: [UInt8] = []
    private var room: Int { Self.limit - stdout.count - stderr.count }

    package init() {}

    package mutating func stdout(_ bytes: ByteBuffer) { stdout += bytes.readableBytesView.prefix(room) }
    package mutating func stderr(_ bytes: ByteBuffer) { stderr += bytes.readableBytesView.prefix(room) }
}
