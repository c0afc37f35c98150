// CONTRACT: signatures other modules build against. The owner replaces the bodies and splits this file, one type a file.
public import Faults
public import NIOCore

/// How a call ended, as gRPC says it.
package struct GRPCStatus: Error, Sendable, Equatable {
    package var code: Code
    package var message: String
    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }
    package enum Code: Int, Sendable, CaseIterable {
        case ok = 0, cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
        case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable, dataLoss
        case unauthenticated
    }
}

extension GRPCStatus {
    package init(_ error: OxbowError) {
        self.init(Code(rawValue: error.kind.codes.grpc) ?? .unknown, error.message)
    }
}

/// What the client said before its message.
package struct CallHead: Sendable {
    /// `/package.Service/Method`.
    package var path: String
    /// From `grpc-timeout`; nil when the client set none.
    package var timeout: Duration?
    package var authority: String
}

/// Limits of one server or client. Every one has a default, a unit and a test.
package struct GRPCLimits: Sendable {
    /// Bytes of one message, either way.
    package var messageBytes = 16 << 20
    package var concurrentStreams = 1000
    /// Bytes of one header list.
    package var headerBytes = 64 << 10
    package init() {}
}

/// Answers calls. A handler's task is cancelled when the client cancels, its deadline passes or the connection ends.
package protocol GRPCHandler: Sendable {
    /// Sends zero or more messages through `answers`, then returns (status OK) or throws.
    /// Unary methods send exactly one. Unknown paths throw `.unimplemented`.
    func answer(_ head: CallHead, message: ByteBuffer, answers: AnswerWriter) async throws(GRPCStatus)
}

/// Where a handler sends its messages: waits while the client's flow-control window is closed.
package struct AnswerWriter: Sendable {
    let sink: @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void
    package init(_ sink: @escaping @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void) { self.sink = sink }
    package func send(_ message: ByteBuffer) async throws(GRPCStatus) { try await sink(message) }
}

/// A gRPC server on a unix socket.
package struct GRPCServer: Sendable {
    package init(handler: any GRPCHandler, limits: GRPCLimits = GRPCLimits()) { fatalError("contract") }
    /// Binds `path` (mode 0660, a stale socket file is replaced, a live one is an error) and serves until the task is
    /// cancelled; then sends GOAWAY, lets calls in progress end for up to `grace`, and removes the socket file.
    package func run(at path: String, grace: Duration = .seconds(5), onReady: @Sendable () async -> Void = {}) async throws {
        fatalError("contract")
    }
}

/// A gRPC client over one connection to a unix socket, which it opens again when it breaks.
package final class GRPCClient: Sendable {
    /// - Parameter path: a socket path, or `unix:///path`.
    package init(path: String, limits: GRPCLimits = GRPCLimits()) { fatalError("contract") }
    package func unary(_ path: String, _ message: ByteBuffer, timeout: Duration? = nil) async throws(GRPCStatus) -> ByteBuffer {
        fatalError("contract")
    }
    /// Calls `receive` for each message, in order, until the trailers; throws their status when not OK.
    package func serverStream(
        _ path: String, _ message: ByteBuffer, timeout: Duration? = nil,
        receive: @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void
    ) async throws(GRPCStatus) { fatalError("contract") }
    package func close() async { fatalError("contract") }
}
