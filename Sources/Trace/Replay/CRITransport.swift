package import GRPC
package import NIOCore

/// Carries encoded calls to a CRI and brings the answers back: a `GRPCClient`, or a test's own runtime.
package protocol CRITransport: Sendable {
    /// - Parameter path: `/runtime.v1.RuntimeService/Version`.
    func unary(_ path: String, _ message: ByteBuffer, timeout: Duration?) async throws(GRPCStatus) -> ByteBuffer
    func serverStream(
        _ path: String, _ message: ByteBuffer, timeout: Duration?,
        receive: @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void
    ) async throws(GRPCStatus)
}

extension GRPCClient: CRITransport {}
