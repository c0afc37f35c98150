import Core
import DockerAPI
import Faults
import NIOCore
import NIOHTTP1
import OCI
import TestSupport
import Testing

@testable import Engine

@Suite struct ImageTests {
    private func image(_ digit: Character, _ tags: [String], layers: [Character] = ["1"]) throws -> ImageRecord {
        func digest(_ digit: Character) throws -> Digest {
            try #require(Digest("sha256:" + String(repeating: digit, count: 64)))
        }
        var config = ImageConfig(command: ["sh"], created: "2024-01-01T00:00:00Z")
        config.layerDiffIDs = try layers.map(digest)
        return ImageRecord(
            id: try digest(digit), tags: try tags.map { try Reference(parsing: $0) }, config: config, size: 10)
    }

    private func deletion(
        _ image: ImageRecord, _ name: String, force: Bool = false, running: Bool? = nil, others: [ImageRecord] = []
    ) throws -> ImageDeletion {
        let users = running.map { isRunning in
            [
                ContainerRecord(
                    id: String(repeating: "c", count: 64), spec: ContainerSpec(image: image.id, process: ProcessSpec()),
                    state: isRunning ? .running : .exited, overlay: OverlayPaths())
            ]
        }
        return try ImageDeletion(of: image, named: name, force: force, containers: users ?? [], others: others)
    }

    @Test("a name is only taken away while there are others; the image goes with the last")
    func names() throws {
        let two = try image("a", ["x:1", "y:1"])
        #expect(try deletion(two, "x:1").rows == [ImageDeleteEntry(untagged: "x:1")])
        let one = try image("a", ["x:latest"], layers: ["1", "2"])
        let rows = try deletion(one, "x").rows
        #expect(rows.map(\.untagged) == ["x:latest", "", "", ""])
        #expect(rows[1].deleted == one.id.description)
        #expect(rows[3].deleted == "sha256:" + String(repeating: "1", count: 64))
        // Layers of other images stay.
        let kept = try deletion(one, "x", others: [try image("b", ["z:1"], layers: ["1"])]).rows
        #expect(kept.count == 3)
    }

    @Test("an image in use is kept, in Docker's words")
    func inUse() throws {
        let one = try image("a", ["x:1"])
        func refusal(_ name: String, force: Bool, running: Bool) -> String? {
            do { _ = try deletion(one, name, force: force, running: running) } catch {
                return (error as? OxbowError)?.message
            }
            return nil
        }
        #expect(
            refusal("x:1", force: false, running: false)
                == "conflict: unable to remove repository reference \"x:1\" (must force) - container cccccccccccc is using its "
                + "referenced image aaaaaaaaaaaa")
        #expect(try deletion(one, "x:1", force: true, running: true).rows == [ImageDeleteEntry(untagged: "x:1")])
        #expect(
            refusal("aaaa", force: true, running: true)
                == "conflict: unable to delete aaaaaaaaaaaa (cannot be forced) - image is being used by running container "
                + "cccccccccccc")
        #expect(refusal("aaaa", force: false, running: false)?.contains("(must be forced)") == true)
    }

    @Test("an id with several names must be forced")
    func severalNames() throws {
        let two = try image("a", ["x:1", "y:1"])
        let failure = #expect(throws: OxbowError.self) { try deletion(two, two.id.description) }
        #expect(failure?.message.hasSuffix("image is referenced in multiple repositories") == true)
        #expect(try deletion(two, two.id.description, force: true).rows.count == 4)
    }

    @Test("deleting over the API untags, deletes and tells")
    func delete() async throws {
        try await EngineFixture.run { fixture async throws in
            let rows = try await fixture.ask(.DELETE, "/images/busybox").json([ImageDeleteEntry].self)
            #expect(rows.first?.untagged == "busybox:latest")
            #expect(try await fixture.core.images().isEmpty)
            let missing = await fixture.ask(.DELETE, "/images/busybox")
            #expect(missing.status == .notFound)
            #expect(try await missing.message() == "No such image: busybox:latest")
        }
    }

    @Test("the list has filters")
    func list() async throws {
        try await EngineFixture.run { fixture async throws in
            func names(_ filters: String) async throws -> [String] {
                try await fixture.ask(.GET, "/images/json?filters=\(filters)").json([ImageSummary].self).compactMap {
                    $0.repoTags?[0]
                }
            }
            #expect(try await names("") == ["busybox:latest"])
            #expect(try await names(#"{"reference":["busy*"]}"#) == ["busybox:latest"])
            #expect(try await names(#"{"reference":["*:1"]}"#) == [])
            #expect(try await names(#"{"dangling":["true"]}"#) == [])
            #expect(try await names(#"{"label":["from=image"]}"#) == ["busybox:latest"])
            #expect(await fixture.ask(.GET, #"/images/json?filters={"dangling":["x"]}"#).status == .badRequest)
        }
    }

    @Test("an inspection has arrays where clients expect them")
    func inspect() async throws {
        try await EngineFixture.run { fixture async throws in
            let inspect = try await fixture.ask(.GET, "/images/busybox:latest/json").json(ImageInspect.self)
            #expect(inspect.id == EngineFixture.imageID)
            #expect(inspect.repoTags == ["busybox:latest"])
            #expect(inspect.repoDigests == [])
            #expect(inspect.config?.cmd?.list == ["sh"])
            #expect(inspect.metadata.lastTagTime == "0001-01-01T00:00:00Z")
            #expect(await fixture.ask(.GET, "/images/localhost/none:1/json").status == .notFound)
            let history = try await fixture.ask(.GET, "/images/busybox/history").json([ImageHistoryEntry].self)
            #expect(history.first?.tags == ["busybox:latest"])
        }
    }

    @Test("a tag is set, and must be one")
    func tag() async throws {
        try await EngineFixture.run { fixture async throws in
            #expect(
                await fixture.ask(
                    .POST, "/images/busybox/tag?repo=docker.io%2Flibrary%2Fx&tag=9".replacing("%2F", with: "/")
                ).status == .created)
            #expect(try await fixture.ask(.GET, "/images/x:9/json").json(ImageInspect.self).id == EngineFixture.imageID)
            #expect(await fixture.ask(.POST, "/images/busybox/tag").status == .badRequest)
            #expect(await fixture.ask(.POST, "/images/busybox/tag?repo=UPPER").status == .badRequest)
            #expect(await fixture.ask(.POST, "/images/busybox/tag?repo=sha256&tag=1").status == .badRequest)
        }
    }

    @Test("a pull streams lines that end with what came of it")
    func pull() async throws {
        try await EngineFixture.run { fixture async throws in
            fixture.core.offer(try image("d", ["alpine:3"]), as: try Reference(parsing: "alpine:3"))
            let asked = await fixture.ask(.POST, "/images/create?fromImage=alpine&tag=3")
            #expect(asked.status == .ok)
            let lines = try await asked.text().split(separator: "\r\n")
            #expect(lines.first == #"{"id":"3","status":"Pulling from library/alpine"}"#)
            #expect(lines.last == #"{"status":"Status: Downloaded newer image for alpine:3"}"#)
            let again = try await fixture.ask(.POST, "/images/create?fromImage=alpine&tag=3").text()
            #expect(again.contains("Status: Image is up to date for alpine:3"))
        }
    }

    @Test("a pull that does not begin is an error with a status")
    func pullFailure() async throws {
        try await EngineFixture.run { fixture async throws in
            let missing = await fixture.ask(.POST, "/images/create?fromImage=nosuch&tag=1")
            #expect(missing.status == .notFound)
            #expect(try await missing.message().hasPrefix("manifest for nosuch:1 not found: "))
            fixture.core.fail(.pull, with: OxbowError(.denied, "denied"))
            let denied = await fixture.ask(.POST, "/images/create?fromImage=nosuch&tag=1")
            #expect(denied.status == .notFound)
            #expect(try await denied.message().contains("pull access denied for nosuch"))
            fixture.core.fail(.pull, with: OxbowError(.runtimeDown, "connection refused"))
            #expect(await fixture.ask(.POST, "/images/create?fromImage=nosuch&tag=1").status == .internalServerError)
            #expect(await fixture.ask(.POST, "/images/create?fromImage=busybox").status == .notImplemented)
            #expect(await fixture.ask(.POST, "/images/create?fromImage=BAD&tag=1").status == .badRequest)
            #expect(await fixture.ask(.POST, "/images/create?fromSrc=-").status == .notImplemented)
        }
    }

    @Test("a login is asked of the registry, and a refusal is 401 in its words")
    func login() async throws {
        try await EngineFixture.run { fixture async throws in
            let right = await fixture.ask(
                .POST, "/auth", json: #"{"username":"u","password":"p","serveraddress":"r.io"}"#)
            #expect(right.status == .ok)
            #expect(try await right.text() == #"{"IdentityToken":"","Status":"Login Succeeded"}"# + "\n")
            let wrong = await fixture.ask(.POST, "/auth", json: #"{"auth":"dTp3cm9uZw==","serveraddress":"r.io"}"#)
            #expect(wrong.status == .unauthorized)
            #expect(try await wrong.message().contains("https://r.io/v2/ failed with status: 401"))
            #expect(await fixture.ask(.POST, "/auth", json: #"{"auth":"!"}"#).status == .badRequest)
        }
    }

    @Test("progress comes as Docker's clients draw it")
    func pullLines() throws {
        var lines = PullLines(try Reference(parsing: "x/y:1"))
        let layer = try #require(Digest(EngineFixture.imageID))
        let first = lines.lines(.layer(layer, .waiting, current: 0, total: 0))
        #expect(first.map(\.status) == ["Pulling from x/y", "Pulling fs layer", "Waiting"])
        #expect(first[1].id == "abababababab")
        let half = try #require(lines.lines(.layer(layer, .downloading, current: 500_000, total: 1_000_000)).first)
        #expect(half.progressDetail == .init(current: 500_000, total: 1_000_000))
        #expect(half.progress.hasSuffix("500kB/1MB"))
        #expect(lines.lines(.layer(layer, .extracting, current: 1, total: 2)).map(\.status) == ["Extracting"])
        #expect(
            try DockerJSON.text(lines.lines(.layer(layer, .complete, current: 0, total: 0))[0])
                == #"{"id":"abababababab","progressDetail":{},"status":"Pull complete"}"#)
        var other = PullLines(try Reference(parsing: "x:1"))
        #expect(
            other.lines(.layer(layer, .exists, current: 0, total: 0)).map(\.status) == [
                "Pulling from library/x", "Already exists",
            ])
    }

    @Test("an archive is received whole, read, and thrown away; what is wrong with it comes in the stream")
    func load() async throws {
        try await TemporaryFolder.with("engine-load") { folder in
            try await EngineFixture.run(root: folder.path) { fixture async throws in
                let asked = await fixture.ask(.POST, "/images/load?quiet=0", body: ByteBuffer(string: "no archive"))
                #expect(asked.status == .ok)
                #expect(
                    try await asked.text()
                        == #"{"error":"archive: not an image archive","errorDetail":{"message":"archive: not an image archive"}}"#
                        + "\r\n")
                guard case .importImages(let path)? = fixture.core.calls.last else {
                    throw FixtureFailure("not imported")
                }
                #expect(path.hasPrefix(folder.path + "/tmp/"))
                #expect(try await fixture.ask(.GET, "/info").json(DaemonInfo.self).images == 1)
            }
        }
    }

    @Test(
        "patterns are Go's path.Match",
        arguments: [
            ("busybox*", "busybox:latest", true), ("*", "a/b", false), ("*/*", "a/b", true), ("a?c", "abc", true),
            ("a?c", "a/c", false), ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("\\*", "*", true),
            ("\\*", "a", false),
            ("", "", true), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbY", false), ("[", "[", false),
        ])
    func patterns(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(PathPattern(pattern).matches(text) == matches)
    }
}
