package import CRI
import Faults
package import GRPC

/// A client of any CRI socket. Its typed calls, one for each RPC, are generated.
package struct CRIClient: Sendable {
    private let connection: GRPCClient
    package let api: APIVersion
    /// Of every call; a call that takes longer fails with `.deadlineExceeded`.
    package let timeout: Duration

    /// - Parameter socket: a path.
    package init(socket: String, api: APIVersion = .v1, timeout: Duration = .seconds(120)) {
        self.init(GRPCClient(path: socket), api: api, timeout: timeout)
    }

    private init(_ connection: GRPCClient, api: APIVersion, timeout: Duration) {
        self.connection = connection
        self.api = api
        self.timeout = timeout
    }

    /// The same connection, asked otherwise.
    package func with(api: APIVersion? = nil, timeout: Duration? = nil) -> CRIClient {
        CRIClient(connection, api: api ?? self.api, timeout: timeout ?? self.timeout)
    }

    /// - Parameter method: `RuntimeService/Version`.
    package func unary<Request: CRIMessage, Answer: CRIMessage>(
        _ method: String, _ request: Request
    ) async throws(GRPCStatus) -> Answer {
        let bytes = try await connection.unary(path(method), request.encoded(), timeout: timeout)
        return try Self.decoded { () throws(OxbowError) in try Answer(decoding: bytes) }
    }

    package func serverStream<Request: CRIMessage, Answer: CRIMessage>(
        _ method: String, _ request: Request, receive: @Sendable (Answer) async throws(GRPCStatus) -> Void
    ) async throws(GRPCStatus) {
        try await connection.serverStream(path(method), request.encoded(), timeout: timeout) {
            bytes throws(GRPCStatus) in
            try await receive(try Self.decoded { () throws(OxbowError) in try Answer(decoding: bytes) })
        }
    }

    package func close() async { await connection.close() }

    private func path(_ method: String) -> String { "/\(api.rawValue).\(method)" }

    private static func decoded<T>(_ read: () throws(OxbowError) -> T) throws(GRPCStatus) -> T {
        do throws(OxbowError) { return try read() } catch { throw GRPCStatus(.internal, "answer: \(error.message)") }
    }
}
