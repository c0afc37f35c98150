package import NIOCore

/// Where a streamed answer goes.
package struct BodyWriter: Sendable {
    private let sink: @Sendable (ByteBuffer) async throws -> Void
    package init(write: @escaping @Sendable (ByteBuffer) async throws -> Void) { sink = write }

    /// Sends one piece at once; waits while the client does not read, for as long as that takes.
    /// - Throws: `OxbowError(.cancelled)` when the client is gone.
    package func write(_ piece: ByteBuffer) async throws { try await sink(piece) }
}
