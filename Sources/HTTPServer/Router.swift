package import NIOHTTP1

/// Routes requests by method and pattern. Patterns: `/containers/{id}/json`, `/images/{name:.*}/json` (greedy).
///
/// `{id}` is one segment; `{name:.*}`, at most once in a pattern, is one or more. Neither is ever empty. The first route
/// that was added and fits is taken.
package struct Router: Sendable {
    package typealias Handler = @Sendable (ServerRequest) async throws -> ServerResponse

    private struct Route: Sendable {
        let pattern: RoutePattern
        let handler: Handler
    }
    /// By the method's name.
    private var routes: [String: [Route]] = [:]

    package init() {}

    package mutating func on(_ method: HTTPMethod, _ pattern: String, _ handler: @escaping Handler) {
        routes[method.rawValue, default: []].append(Route(pattern: RoutePattern(pattern), handler: handler))
    }

    /// - Parameter path: raw: its segments are percent-decoded after it is cut, so that `%2F` stays within one.
    /// - Returns: nil when no route has that method and path.
    package func route(_ method: HTTPMethod, _ path: String) -> (handler: Handler, parameters: [String: String])? {
        guard let candidates = routes[method.rawValue], let segments = RoutePattern.segments(of: path) else {
            return nil
        }
        for route in candidates {
            if let parameters = route.pattern.match(segments) { return (route.handler, parameters) }
        }
        return nil
    }
}
