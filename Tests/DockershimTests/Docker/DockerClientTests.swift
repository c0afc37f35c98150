import NIOCore
import Testing

@testable import Dockershim

@Suite("The Docker client")
struct DockerClientTests {
    @Test(
        "the level is the lower one of the daemon's and the era's",
        arguments: [
            (Era.current, "1.43", "/v1.41/info"), (.current, "1.40", "/v1.40/info"),
            (.dockershim120, "1.41", "/v1.40/info"),
            (.dockershim120, "1.26", "/v1.26/info"),
        ])
    func levels(era: Era, offered: String, path: String) async throws {
        let daemon = LevelledDaemon(offered: offered)
        let client = DockerClient(transport: daemon, era: era)
        _ = try await client.info()
        _ = try await client.info()
        #expect(daemon.paths == ["HEAD /_ping", "GET \(path)", "GET \(path)"])
    }

    @Test("a daemon without a level speaks 1.24, which is too old", arguments: [nil, "1.25", "x"])
    func tooOld(offered: String?) async {
        let client = DockerClient(transport: LevelledDaemon(offered: offered), era: .dockershim120)
        await #expect(throws: DockerFailure.tooOld(level: offered == "1.25" ? "1.25" : "1.24")) {
            try await client.info()
        }
    }

    @Test("a daemon that does not answer HEAD is asked again with GET")
    func fallback() async throws {
        let daemon = LevelledDaemon(offered: "1.41", headStatus: 404)
        _ = try await DockerClient(transport: daemon, era: .current).level()
        #expect(daemon.paths == ["HEAD /_ping", "GET /_ping"])
    }

    @Test(
        "answers of 200 to 399 are successes",
        arguments: [(200, true), (204, true), (304, true), (399, true), (400, false), (199, false), (500, false)])
    func successes(status: Int, succeeded: Bool) {
        #expect(DockerAnswer(status: status).succeeded == succeeded)
    }

    @Test(
        "the message of a refusal, or the body when it is no JSON",
        arguments: [
            ("{\"message\":\"m\"}", "m"), ("plain text", "plain text"),
        ])
    func refusals(body: String, message: String) {
        #expect(DockerClient.refusal(.text(body, status: 500)) == .refused(status: 500, message: message))
    }

    @Test(
        "targets are encoded as Go encodes them",
        arguments: [
            ("/images/127.0.0.1:5000/a@sha256:1/json", [], "/images/127.0.0.1:5000/a@sha256:1/json"),
            ("/a b/%", [("k", "a b&=+/:")], "/a%20b/%25?k=a+b%26%3D%2B%2F%3A"),
            (
                "/x", [("filters", "{\"label\":{\"a=b\":true}}")],
                "/x?filters=%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%7D"
            ),
            ("/x", [("all", "1"), ("limit", "0")], "/x?all=1&limit=0"),
        ] as [(String, [(String, String)], String)])
    func targets(path: String, query: [(String, String)], target: String) {
        let request = DockerRequest("GET", path, query: query.map { DockerRequest.Pair($0.0, $0.1) })
        #expect(request.target == target)
    }

    @Test("the bytes of a request are its line, its headers and its body")
    func wireBytes() {
        let request = DockerRequest("GET", "/x", headers: [.init("A", "b")], body: .init(string: "body"))
        #expect(request.wireBytes == "GET /x HTTP/1.1\r\nA: b\r\n\r\nbody".utf8.count)
        let answer = DockerAnswer(status: 200, headers: [.init("A", "b")], body: .init(string: "xy"))
        #expect(answer.wireBytes == "HTTP/1.1 200 OK\r\nA: b\r\n\r\nxy".utf8.count)
    }

    @Test(
        "a stop may last as long as the longer one of the grace and the ordinary limit",
        arguments: [
            (10, Duration.seconds(120)), (500, .seconds(500)), (-1, .seconds(120)),
        ] as [(Int64, Duration)])
    func stopTimeouts(grace: Int64, limit: Duration) async throws {
        let daemon = ScriptedDaemon { _ in .done }
        try await DockerClient(transport: daemon, era: .current).stop("c", grace: grace)
        #expect(daemon.requests.last?.timeout == limit)
        #expect(daemon.requests.last?.query == [DockerRequest.Pair("t", "\(grace)")])
    }
}
