import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServer

@Suite("Routes")
struct RouterTests {
    static let router: Router = {
        var router = Router()
        for (method, pattern) in [
            (HTTPMethod.GET, "/images/json"), (.GET, "/images/{name:.*}/json"), (.GET, "/images/{name:.*}/get"),
            (.DELETE, "/images/{name:.*}"), (.GET, "/containers/{id}/json"), (.GET, "/containers/json"), (.GET, "/"),
            (.POST, "/plugins/{name:.*}/to/{tag}"),
        ] {
            router.on(method, pattern) { request in
                .bytes(status: .ok, headers: [:], body: ByteBuffer(string: pattern))
            }
        }
        return router
    }()

    /// The pattern that took the path, and its parameters.
    func route(_ method: HTTPMethod, _ path: String) async throws -> (pattern: String, parameters: [String: String])? {
        guard let found = Self.router.route(method, path) else { return nil }
        let request = ServerRequest(method: method, path: path, body: RequestBody(ByteBuffer()))
        guard case .bytes(_, _, let body) = try await found.handler(request) else { return nil }
        return (String(buffer: body), found.parameters)
    }

    @Test(
        "paths find their route and parameters",
        arguments: [
            ("/images/json", "/images/json", [:]),
            ("/images/busybox/json", "/images/{name:.*}/json", ["name": "busybox"]),
            ("/images/docker.io/library/x:1/json", "/images/{name:.*}/json", ["name": "docker.io/library/x:1"]),
            ("/images/docker.io%2Flibrary%2Fx/json", "/images/{name:.*}/json", ["name": "docker.io/library/x"]),
            ("/images/json/json", "/images/{name:.*}/json", ["name": "json"]),
            ("/images/a/json/json", "/images/{name:.*}/json", ["name": "a/json"]),
            ("/containers/a%20b/json", "/containers/{id}/json", ["id": "a b"]),
            ("/containers/%2Fname/json", "/containers/{id}/json", ["id": "/name"]),
            ("/c%6Fntainers/json", "/containers/json", [:]), ("/", "/", [:]),
        ])
    func found(path: String, pattern: String, parameters: [String: String]) async throws {
        let found = try #require(try await route(.GET, path))
        #expect(found.pattern == pattern)
        #expect(found.parameters == parameters)
    }

    @Test(
        "other paths find none",
        arguments: [
            "/images", "/images/", "/images//json", "/containers//json", "/containers/a/b/json", "/containers/json/",
            "", "x", "/images/%zz/json",
        ])
    func missing(path: String) {
        #expect(Self.router.route(.GET, path) == nil)
    }

    @Test("the method counts")
    func method() async throws {
        #expect(Self.router.route(.POST, "/images/json") == nil)
        let delete = try #require(try await route(.DELETE, "/images/a/b"))
        #expect(delete.parameters == ["name": "a/b"])
        let plugin = try #require(try await route(.POST, "/plugins/a/to/b/to/c"))
        #expect(plugin.parameters == ["name": "a/to/b", "tag": "c"])
    }
}
