package import CRI
package import GRPC
import NIOCore
import Synchronization

/// A CRI socket, called by method name with JSON in and out.
package struct CRIEndpoint: Sendable {
    private let client: GRPCClient
    package let api: TraceAPI
    /// As the user names it.
    package let address: String

    package init(_ client: GRPCClient, address: String, api: TraceAPI) {
        self.client = client
        self.address = address
        self.api = api
    }

    /// The endpoint under the first of `preferred` and the other version that it knows.
    ///
    /// - Throws: the status of `Version` when the endpoint knows neither, or does not answer.
    package static func find(
        _ client: GRPCClient, address: String, preferred: TraceAPI, timeout: Duration = .seconds(10)
    ) async throws(GRPCStatus) -> CRIEndpoint {
        let first = CRIEndpoint(client, address: address, api: preferred)
        do throws(GRPCStatus) {
            _ = try await first.call("RuntimeService/Version", [:], timeout: timeout)
            return first
        } catch where error.code == .unimplemented {
            let second = CRIEndpoint(client, address: address, api: preferred.other)
            _ = try await second.call("RuntimeService/Version", [:], timeout: timeout)
            return second
        }
    }

    /// - Parameter method: `RuntimeService/Version`.
    package func call(_ method: String, _ request: JSONValue, timeout: Duration) async throws(GRPCStatus) -> JSONValue {
        try await timed(method, request, timeout: timeout).answer
    }

    /// The answer and how long the endpoint took for it; making and reading the messages is not counted.
    package func timed(_ method: String, _ request: JSONValue, timeout: Duration) async throws(GRPCStatus)
        -> (answer: JSONValue, latency: Duration)
    {
        let types = try Self.types(of: method)
        let message = try Self.encoded(request, types.request)
        let begun = ContinuousClock.now
        let answer = try await client.unary(api.path(of: method), message, timeout: timeout)
        let latency = ContinuousClock.now - begun
        return (try Self.decoded(answer, types.response), latency)
    }
}

extension CRIEndpoint {
    /// Listens to a server stream for `time`, and returns what came.
    func listen(_ method: String, _ request: JSONValue, for time: Duration) async throws(GRPCStatus)
        -> [TraceCall.StreamedMessage]
    {
        let types = try Self.types(of: method)
        let message = try Self.encoded(request, types.request)
        let received = Mutex<[TraceCall.StreamedMessage]>([])
        let begun = ContinuousClock.now
        do throws(GRPCStatus) {
            try await client.serverStream(api.path(of: method), message, timeout: time) { bytes throws(GRPCStatus) in
                let value = try Self.decoded(bytes, types.response)
                let at = (ContinuousClock.now - begun).microseconds
                received.withLock { $0.append(.init(at: at, message: value)) }
            }
        } catch where error.code == .deadlineExceeded {
            // The client in the recording left at this time too.
        }
        return received.withLock { $0 }
    }

    private static func types(of method: String) throws(GRPCStatus) -> (request: String, response: String) {
        guard let types = CRIJSON.types(of: method) else {
            throw GRPCStatus(.unimplemented, "method: not part of the CRI that Oxbow knows (\(method))")
        }
        return types
    }

    private static func encoded(_ value: JSONValue, _ type: String) throws(GRPCStatus) -> ByteBuffer {
        do {
            return try CRIJSON.bytes(fromJSON: value, type: type)
        } catch {
            throw GRPCStatus(.invalidArgument, "request: not a \(type) (\(error))")
        }
    }

    private static func decoded(_ bytes: ByteBuffer, _ type: String) throws(GRPCStatus) -> JSONValue {
        do {
            return try CRIJSON.json(of: bytes, type: type)
        } catch {
            throw GRPCStatus(.internal, "answer: not a \(type) (\(error))")
        }
    }
}
