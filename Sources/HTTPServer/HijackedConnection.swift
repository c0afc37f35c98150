package import NIOCore

/// A connection taken over from HTTP: raw bytes both ways, each way with its own end.
package struct HijackedConnection: Sendable {
    private let source: @Sendable () async throws -> ByteBuffer?
    private let sink: @Sendable (ByteBuffer) async throws -> Void
    private let end: @Sendable () async throws -> Void

    package init(
        read: @escaping @Sendable () async throws -> ByteBuffer?,
        write: @escaping @Sendable (ByteBuffer) async throws -> Void,
        finish: @escaping @Sendable () async throws -> Void
    ) {
        source = read
        sink = write
        end = finish
    }

    /// The next bytes; nil when the client has half-closed (or gone). One reader at a time.
    /// - Throws: `CancellationError` only.
    package func read() async throws -> ByteBuffer? { try await source() }

    /// Sends bytes at once; waits while the client does not read. Writers may be several.
    /// - Throws: `OxbowError(.cancelled)` when the client is gone or `finishWriting` was called.
    package func write(_ bytes: ByteBuffer) async throws { try await sink(bytes) }

    /// The client sees our end after all that was written; it may still send.
    package func finishWriting() async throws { try await end() }
}
