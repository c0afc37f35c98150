import DockerAPI
import NIOHTTP1
import Testing

@testable import Engine

@Suite struct GateTests {
    @Test("versions stand in front of a path, or do not")
    func versions() {
        #expect(VersionGate(path: "/v1.40/containers/json").path == "/containers/json")
        #expect(VersionGate(path: "/v1.40/containers/json").version == .v1_40)
        #expect(VersionGate(path: "/version").path == "/version")
        #expect(!VersionGate(path: "/version").isExplicit)
        #expect(VersionGate(path: "/volumes/v1.2").path == "/volumes/v1.2")
    }

    @Test("a version out of range is refused in Docker's words")
    func outOfRange() async throws {
        try await EngineFixture.run { fixture async throws in
            let old = await fixture.ask(.GET, "/v1.23/_ping")
            #expect(old.status == .badRequest)
            #expect(
                try await old.text().hasPrefix("client version 1.23 is too old. Minimum supported API version is 1.24"))
            let new = await fixture.ask(.GET, "/v1.99/_ping")
            #expect(try await new.message() == "client version 1.99 is too new. Maximum supported API version is 1.42")
            #expect(new.headers["Docker-Experimental"].isEmpty)
            #expect(new.headers["Api-Version"] == ["1.42"])
        }
    }

    @Test("unknown paths and methods are not found; known ones that are not served say so")
    func unknown() async throws {
        try await EngineFixture.run { fixture async throws in
            let unknown = await fixture.ask(.GET, "/v1.41/nothing")
            #expect(unknown.status == .notFound)
            #expect(try await unknown.text() == "{\"message\":\"page not found\"}\n")
            #expect(await fixture.ask(.PUT, "/v1.41/containers/json").status == .notFound)
            let build = await fixture.ask(.POST, "/v1.41/build")
            #expect(build.status == .notImplemented)
            #expect(try await build.message().contains("not supported"))
            #expect(await fixture.ask(.GET, "/v1.41/swarm").status == .serviceUnavailable)
            #expect(await fixture.ask(.OPTIONS, "/anything").status == .ok)
        }
    }

    @Test("an empty path segment is a redirection")
    func emptySegment() async throws {
        try await EngineFixture.run { fixture async throws in
            let asked = await fixture.ask(.GET, "/containers//json")
            #expect(asked.status == .movedPermanently)
            #expect(asked.headers["Location"] == ["/containers/json"])
        }
    }

    @Test("a ping carries the headers that clients negotiate by")
    func ping() async throws {
        try await EngineFixture.run { fixture async throws in
            let get = await fixture.ask(.GET, "/_ping")
            #expect(try await get.text() == "OK")
            #expect(get.headers["Api-Version"] == ["1.42"])
            #expect(get.headers["Ostype"] == ["linux"])
            #expect(get.headers["Server"] == ["Docker/1.2.3 (linux)"])
            #expect(get.headers["Builder-Version"] == ["1"])
            #expect(try await fixture.ask(.HEAD, "/_ping").text() == "")
        }
    }

    @Test("booleans are Docker's", arguments: ["0", "no", "False", " none ", ""])
    func falseWords(_ word: String) async throws {
        try await EngineFixture.run { fixture async throws in
            _ = try await fixture.create()
            let list = try await fixture.ask(.GET, "/containers/json?all=\(word)").json([ContainerSummary].self)
            #expect(list.isEmpty)
            #expect(try await fixture.ask(.GET, "/containers/json?all=True").json([ContainerSummary].self).count == 1)
        }
    }

    @Test("a body of another type than JSON is refused")
    func contentType() async throws {
        try await EngineFixture.run { fixture async throws in
            let asked = await fixture.ask(.POST, "/containers/create", body: .init(string: "{}"))
            #expect(asked.status == .badRequest)
            #expect(try await asked.message() == "Content-Type specified () must be 'application/json'")
            #expect(await fixture.ask(.POST, "/containers/create", json: "{").status == .badRequest)
            #expect(await fixture.ask(.POST, "/containers/create").status == .badRequest)
        }
    }

    @Test("an unknown filter is refused")
    func unknownFilter() async throws {
        try await EngineFixture.run { fixture async throws in
            let asked = await fixture.ask(.GET, #"/containers/json?filters={"foo":["x"]}"#)
            #expect(asked.status == .badRequest)
            #expect(try await asked.message() == "invalid filter 'foo'")
        }
    }
}
