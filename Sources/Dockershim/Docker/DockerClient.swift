import DockerAPI
import NIOCore
import Synchronization

/// Docker's REST API as typed calls; what each sends is a fact about Docker's own client, not about pods.
///
/// The API level is negotiated once, by the first call: the lower one of the daemon's and the era's. Every later path
/// begins with it, also after the daemon was replaced by another, as dockershim had it.
package final class DockerClient: Sendable {
    let transport: any DockerTransport
    let era: Era
    let tally: RESTTally
    let clock: BridgeClock
    private let negotiated = Mutex<APIVersion?>(nil)

    /// Limit of a request that answers at once; kubelet's `runtimeRequestTimeout`.
    package static let requestTimeout = Duration.seconds(120)
    /// Bytes of one answer. A list of a thousand containers is about 3 MiB.
    package static let answerLimit = 64 << 20
    /// What a daemon speaks that names no level.
    static let unnamedLevel = APIVersion(1, 24)
    /// The least that dockershim accepted.
    static let lowestLevel = APIVersion(1, 26)

    package init(transport: any DockerTransport, era: Era, tally: RESTTally = RESTTally(), clock: BridgeClock = .real) {
        self.transport = transport
        self.era = era
        self.tally = tally
        self.clock = clock
    }

    /// The level in use, negotiated when this is the first call.
    /// - Throws: `.tooOld` when the daemon is older than 1.26.
    func level() async throws(DockerFailure) -> APIVersion {
        if let level = negotiated.withLock({ $0 }) { return level }
        var answer = try await ping("HEAD")
        if !answer.succeeded { answer = try await ping("GET") }
        let offered = answer[header: "api-version"].flatMap { APIVersion($0) } ?? Self.unnamedLevel
        guard offered >= Self.lowestLevel else { throw .tooOld(level: "\(offered)") }
        let level = min(offered, era.highestAPI)
        negotiated.withLock { $0 = level }
        return level
    }

    /// `/_ping`: whether the daemon answers at all. Never has a level in its path.
    @discardableResult
    func ping(_ method: String = "HEAD") async throws(DockerFailure) -> DockerAnswer {
        try await counted(DockerRequest(method, "/_ping", timeout: Self.requestTimeout))
    }

    /// Makes a call and counts it.
    /// - Returns: an answer of 200 to 399.
    func call(
        _ method: String, _ path: String, query: [DockerRequest.Pair] = [], body: ByteBuffer? = nil,
        timeout: Duration? = DockerClient.requestTimeout
    ) async throws(DockerFailure) -> DockerAnswer {
        let request = DockerRequest(
            method, try await versioned(path), query: query, headers: Self.headers(for: body), body: body,
            timeout: timeout)
        let answer = try await counted(request)
        guard answer.succeeded else { throw Self.refusal(answer) }
        return answer
    }

    func versioned(_ path: String) async throws(DockerFailure) -> String {
        "/v\(try await level())\(path)"
    }

    static func headers(for body: ByteBuffer?) -> [DockerRequest.Pair] {
        body == nil ? [] : [DockerRequest.Pair("Content-Type", "application/json")]
    }

    /// The daemon's message, or its body when that is not Docker's JSON.
    static func refusal(_ answer: DockerAnswer) -> DockerFailure {
        let message = (try? DockerJSON.decode(ErrorResponse.self, from: answer.body))?.message
        return .refused(status: answer.status, message: message ?? String(buffer: answer.body))
    }

    private func counted(_ request: DockerRequest) async throws(DockerFailure) -> DockerAnswer {
        do throws(DockerFailure) {
            let answer = try await transport.exchange(request, bodyLimit: Self.answerLimit)
            tally.countREST(bytes: request.wireBytes + answer.wireBytes)
            return answer
        } catch {
            tally.countREST(bytes: request.wireBytes)
            throw error
        }
    }
}

extension DockerClient {
    func decode<Value: Decodable>(_ type: Value.Type, _ answer: DockerAnswer) throws(DockerFailure) -> Value {
        do throws(JSONFailure) {
            return try DockerJSON.decode(type, from: answer.body)
        } catch {
            throw DockerFailure(error)
        }
    }

    func encode(_ value: some Encodable) async throws(DockerFailure) -> ByteBuffer {
        let level = try await level()
        do throws(JSONFailure) {
            return try DockerJSON.encode(value, version: level)
        } catch {
            throw DockerFailure(error)
        }
    }

    /// `filters` of a list: `{"label":{"a=b":true}}`; nil when there is nothing to filter by.
    func filters(_ wanted: [String: [String]]) async throws(DockerFailure) -> DockerRequest.Pair? {
        guard !wanted.isEmpty else { return nil }
        let sets = wanted.mapValues { values in Dictionary(values.map { ($0, true) }) { first, _ in first } }
        return DockerRequest.Pair("filters", String(buffer: try await encode(sets)))
    }
}
