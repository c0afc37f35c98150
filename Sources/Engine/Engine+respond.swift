import DockerAPI
import Faults
package import HTTPServer
import Logging
import NIOCore
import NIOHTTP1

extension Engine {
    /// Answers one request: version, route, headers and errors are dealt with here and nowhere else.
    package func respond(_ request: ServerRequest) async -> ServerResponse {
        if request.method == .OPTIONS { return withHeaders(Answer.empty(.ok)) }
        if let clean = Self.cleaned(request.path) {
            return .bytes(status: .movedPermanently, headers: ["Location": clean], body: ByteBuffer())
        }
        let gate = VersionGate(path: request.path)
        let isPlain = gate.isExplicit && gate.version < EngineAPI.minimum
        if gate.isExplicit, let refusal = gate.refusal {
            return withHeaders(Answer.error(.badRequest, refusal, plain: isPlain), experimental: false)
        }
        var request = request
        request.path = gate.path
        guard let found = route(request) else { return Answer.error(.notFound, "page not found") }
        request.parameters = found.parameters
        request.parameters["version"] = "\(gate.version)"
        do {
            return withHeaders(try await found.handler(request))
        } catch {
            return withHeaders(refusal(for: error, request))
        }
    }

    private func refusal(for error: any Error, _ request: ServerRequest) -> ServerResponse {
        switch error {
        case let error as Refusal where error.message.isEmpty: return Answer.empty(error.status)
        case let error as Refusal: return Answer.error(error.status, error.message)
        case let error as OxbowError:
            let status = HTTPResponseStatus(statusCode: error.kind.codes.http)
            // What is not supported is the client's news, not ours.
            if [.ours, .runtimeDown].contains(error.kind) {
                logger.error("\(request.method) \(request.path): \(error)")
            }
            return Answer.error(status, error.message)
        default:
            logger.error("\(request.method) \(request.path): \(error)")
            return Answer.error(.internalServerError, "engine: cannot answer the request")
        }
    }

    private func withHeaders(_ response: ServerResponse, experimental: Bool = true) -> ServerResponse {
        var own: [(String, String)] = [
            ("Api-Version", "\(EngineAPI.maximum)"), ("Ostype", "linux"),
            ("Server", "Docker/\(configuration.version) (linux)"),
        ]
        if experimental { own.append(("Docker-Experimental", "false")) }
        switch response {
        case .bytes(let status, var headers, let body):
            headers.add(contentsOf: own)
            return .bytes(status: status, headers: headers, body: body)
        case .stream(let status, var headers, let write):
            headers.add(contentsOf: own)
            return .stream(status: status, headers: headers, write: write)
        // A connection taken over carries Docker's few headers and no others.
        case .hijack: return response
        }
    }

    /// A path with an empty segment leads to the one without it, as Go's router has it; nil when there is none.
    static func cleaned(_ path: String) -> String? {
        guard path.contains("//") else { return nil }
        let parts = path.split(separator: "/")
        return "/" + parts.joined(separator: "/")
    }
}
