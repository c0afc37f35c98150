import Testing

@testable import Dockershim

@Suite("Image names and what they match")
struct ImageNameTests {
    private static let hex = String(repeating: "ab", count: 32)
    private static let id = "sha256:" + hex
    private static let other = "sha256:" + String(repeating: "cd", count: 32)

    @Test(
        "names are normalised as Docker does",
        arguments: [
            ("busybox", "docker.io/library/busybox", "busybox", "latest"),
            ("busybox:1", "docker.io/library/busybox:1", "busybox", "1"),
            ("foo/bar", "docker.io/foo/bar", "foo/bar", "latest"),
            ("localhost/pause:1", "localhost/pause:1", "localhost/pause", "1"),
            ("127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b", "latest"),
            ("index.docker.io/x", "docker.io/library/x", "x", "latest"),
            ("r.io/a:t@\(id)", "r.io/a:t@\(id)", "r.io/a", id),
            ("sha256:\(hex)", "docker.io/library/sha256:\(hex)", "sha256", hex),
        ])
    func names(text: String, canonical: String, familiar: String, version: String) throws {
        let name = try #require(ImageName(text))
        #expect(name.canonical == canonical)
        #expect(name.familiarName == familiar)
        #expect(name.pulledVersion == version)
    }

    @Test(
        "what is no name is refused",
        arguments: [
            "", "Busybox", hex, "a//b", "a:", "a@sha256:12", "-a", "a/", "a:b c", "r.io/", "a@md5:\(hex)",
        ])
    func refuses(text: String) {
        #expect(ImageName(text) == nil)
    }

    @Test(
        "an image matches by name",
        arguments: [
            ("busybox", true), ("busybox:1", true), ("docker.io/library/busybox:1", true), ("library/busybox:1", true),
            ("busybox:2", false), ("busybox@\(other)", true), ("busybox@\(id)", true), (id, false), (hex, false),
            ("sha256:\(hex.prefix(12))", false),
        ])
    func byName(wanted: String, matches: Bool) {
        #expect(
            ImageMatching.byName(wanted, id: Self.id, tags: ["busybox:1"], digests: ["busybox@\(Self.other)"])
                == matches)
    }

    @Test(
        "an image matches by id",
        arguments: [
            (id, true), ("busybox@\(id)", true), ("busybox@\(other)", false), ("busybox:1", false), (hex, false),
            ("\(id.prefix(20))", false),
        ])
    func byID(wanted: String, matches: Bool) {
        #expect(ImageMatching.byID(wanted, id: Self.id) == matches)
    }
}
