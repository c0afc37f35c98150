package import NIOCore

/// Answers calls. A handler's task is cancelled when the client cancels, its deadline passes or the connection ends.
///
/// Handlers run on the connection's event loop: they may await, never block.
package protocol GRPCHandler: Sendable {
    /// Sends zero or more messages through `answers`, then returns (status OK) or throws.
    /// Unary methods send exactly one. Unknown paths throw `.unimplemented`.
    func answer(_ head: CallHead, message: ByteBuffer, answers: AnswerWriter) async throws(GRPCStatus)
}
