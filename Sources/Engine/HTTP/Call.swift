import DockerAPI
import Faults
import HTTPServer
import NIOCore
import NIOHTTP1

/// One request, past the version gate and the router.
struct Call: Sendable {
    let request: ServerRequest
    let version: APIVersion

    /// The largest JSON body that is read: create bodies with a seccomp profile and long labels stay far below it.
    static let bodyLimit = 8 << 20

    /// The path's `{id}` or `{name}`, decoded.
    subscript(parameter name: String) -> String { request.parameters[name] ?? "" }

    /// The first of that name; nil when the query does not have it.
    func text(_ name: String) -> String? { request.query.first { $0.name == name }?.value }

    func texts(_ name: String) -> [String] { request.query.filter { $0.name == name }.map(\.value) }

    /// Docker's reading of booleans: empty, `0`, `no`, `false` and `none` are false, everything else is true.
    func flag(_ name: String, default standard: Bool = false) -> Bool {
        guard let text = text(name) else { return standard }
        return !["", "0", "no", "false", "none"].contains(text.lowercased().filter { !$0.isWhitespace })
    }

    /// - Throws: `.badRequest` for an unknown name or text that is no filter.
    func filters(allowing names: Set<String>) throws(OxbowError) -> Filters {
        let filters: Filters
        do { filters = try Filters(parsing: text("filters") ?? "") } catch {
            throw OxbowError(.badRequest, "invalid filter", origin: error)
        }
        if let unknown = filters.values.keys.sorted().first(where: { !names.contains($0) }) {
            throw OxbowError(.badRequest, "invalid filter '\(unknown)'")
        }
        return filters
    }

    /// The JSON body; nil when there is none.
    /// - Throws: `.badRequest` for another content type or text that is not what the type says.
    func body<Value: GoObject>(_ type: Value.Type) async throws -> Value? {
        let text = try await request.body.collect(limit: Self.bodyLimit)
        guard text.readableBytes > 0 else { return nil }
        let declared = request.headers.first(name: "Content-Type") ?? ""
        let essence = declared.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() } ?? ""
        guard essence == Answer.jsonType else {
            throw OxbowError(.badRequest, "Content-Type specified (\(declared)) must be 'application/json'")
        }
        do { return try DockerJSON.decode(type, from: text) } catch {
            throw OxbowError(.badRequest, "invalid JSON: \(error)", origin: error)
        }
    }
}
