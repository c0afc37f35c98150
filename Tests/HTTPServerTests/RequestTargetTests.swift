import Testing

@testable import HTTPServer

@Suite("Request targets")
struct RequestTargetTests {
    @Test(
        "path and query are taken apart, the path left raw",
        arguments: [
            ("/a/b", "/a/b", []), ("/a%2Fb?", "/a%2Fb", []), ("/?a=1&b=2&a=3", "/", ["a=1", "b=2", "a=3"]),
            ("/x?a=b%3Dc+d&%61%20=", "/x", ["a=b=c d", "a ="]), ("/x?flag&&=v", "/x", ["flag=", "=v"]),
            ("/x?q=1?2", "/x", ["q=1?2"]), ("/x?bad=%zz+1", "/x", ["bad=%zz+1"]),
            ("http://docker/v1.41/_ping?x=1", "/v1.41/_ping", ["x=1"]), ("http://docker", "/", []), ("*", "*", []),
        ])
    func targets(uri: String, path: String, query: [String]) throws {
        let target = try #require(RequestTarget(uri))
        #expect(target.path == path)
        #expect(target.query.map { "\($0.name)=\($0.value)" } == query)
    }

    @Test(
        "broken escapes in the path, and what is no path, are refused",
        arguments: ["/a%", "/a%2", "/%gg", "a", "", "docker:80"])
    func refused(uri: String) {
        #expect(RequestTarget(uri) == nil)
    }

    @Test("bytes that are no UTF-8 are replaced, not refused")
    func bytes() {
        #expect(Percent.decode("%C3%B6%FF") == "ö\u{fffd}")
    }
}
