package import NIOCore

/// Where a handler sends its messages: waits while the client's flow-control window is closed.
package struct AnswerWriter: Sendable {
    let sink: @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void
    package init(_ sink: @escaping @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void) { self.sink = sink }

    /// Returns once all but `GRPCLimits.unsentBytes` of what the call sent is on its way.
    /// - Throws: `.resourceExhausted` for a message past the limit, which also ends the call so; the call's own end
    ///   (`.cancelled`, `.deadlineExceeded`) when nobody listens any more.
    package func send(_ message: ByteBuffer) async throws(GRPCStatus) { try await sink(message) }
}
