package import CRI
import Faults
package import GRPC
import NIOCore
import Synchronization

/// A CRI socket, called by method name with JSON in and out.
package struct CRIEndpoint: Sendable {
    private let transport: any CRITransport
    package let api: APIVersion
    /// As the user names it.
    package let address: String

    package init(_ transport: any CRITransport, address: String, api: APIVersion) {
        self.transport = transport
        self.address = address
        self.api = api
    }

    /// The endpoint under the first of `preferred` and the other version that it knows.
    ///
    /// - Throws: the status of `Version` when the endpoint knows neither, or does not answer.
    package static func find(
        _ transport: any CRITransport, address: String, preferred: APIVersion, timeout: Duration = .seconds(10)
    ) async throws(GRPCStatus) -> CRIEndpoint {
        let first = CRIEndpoint(transport, address: address, api: preferred)
        do throws(GRPCStatus) {
            _ = try await first.call("RuntimeService/Version", [:], timeout: timeout)
            return first
        } catch  where error.code == .unimplemented {
            let second = CRIEndpoint(transport, address: address, api: preferred.other)
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
        let call = try Self.schema(of: method)
        let message = try encoded(request, call)
        let begun = ContinuousClock.now
        let answer = try await transport.unary(api.path(of: method), message, timeout: timeout)
        let latency = ContinuousClock.now - begun
        return (try decoded(answer, call), latency)
    }
}

extension CRIEndpoint {
    /// Listens to a server stream for `time`, and returns what came.
    func listen(_ method: String, _ request: JSONValue, for time: Duration) async throws(GRPCStatus)
        -> [TraceCall.StreamedMessage]
    {
        let call = try Self.schema(of: method)
        let message = try encoded(request, call)
        let received = Mutex<[TraceCall.StreamedMessage]>([])
        let begun = ContinuousClock.now
        do throws(GRPCStatus) {
            try await transport.serverStream(api.path(of: method), message, timeout: time) { bytes throws(GRPCStatus) in
                let value = try self.decoded(bytes, call)
                let at = (ContinuousClock.now - begun).microseconds
                received.withLock { $0.append(.init(at: at, message: value)) }
            }
        } catch  where error.code == .deadlineExceeded {
            // The client in the recording left at this time too.
        }
        return received.withLock { $0 }
    }

    private static func schema(of method: String) throws(GRPCStatus) -> CRICall {
        guard let call = CRISchema.call(method) else {
            throw GRPCStatus(.unimplemented, "method: not part of the CRI that Oxbow knows (\(method))")
        }
        return call
    }

    private func encoded(_ value: JSONValue, _ call: CRICall) throws(GRPCStatus) -> ByteBuffer {
        do throws(OxbowError) {
            return try CRIJSON.bytes(from: value, type: call.request.name, api: api)
        } catch {
            throw GRPCStatus(.invalidArgument, "request: not a \(call.request.name): \(error.message)")
        }
    }

    private func decoded(_ bytes: ByteBuffer, _ call: CRICall) throws(GRPCStatus) -> JSONValue {
        do throws(OxbowError) {
            return try CRIJSON.value(of: bytes, type: call.response.name, api: api)
        } catch {
            throw GRPCStatus(.internal, "answer: not a \(call.response.name): \(error.message)")
        }
    }
}
