import CRI
import DockerAPI
import Testing

@testable import Dockershim

typealias DockerAuth = DockerAPI.AuthConfig

@Suite("Images by filter and in words")
struct ImageFilterTests {
    private let id = "sha256:" + String(repeating: "a", count: 64)
    private let digest = "sha256:" + String(repeating: "d", count: 64)

    @Test("a filter is an id, a name with a version, or a repository")
    func filters() {
        let names = ["busybox:latest", "r.io/a/b:2", "r.io/a/b@\(digest)"]
        func matches(_ wanted: String) -> Bool { ImageMatching.byFilter(wanted, id: id, names: names) }
        for wanted in [
            id, String(id.dropFirst(7)), "busybox", "docker.io/library/busybox:latest", "busybox:latest", "r.io/a/b",
            "r.io/a/b:2", "r.io/a/b@\(digest)", "r.io/a/b:9@\(digest)",
        ] { #expect(matches(wanted), "\(wanted)") }
        for wanted in ["busybox:1", "a/b:2", "r.io/a", "r.io/a/b:3", "r.io/a/b@\(id)", "x@\(digest)", "BAD", "aaaa"] {
            #expect(!matches(wanted), "\(wanted)")
        }
    }

    @Test("Docker's words for no name are no names today")
    func nameless() async throws {
        var summary = ImageSummary()
        summary.id = id
        summary.repoTags = ["<none>:<none>"]
        summary.repoDigests = ["<none>@<none>"]
        let answer = summary
        for (era, tags) in [(Era.current, []), (.dockershim120, ["<none>:<none>"])] {
            let shim = Bridge(era, ScriptedDaemon { _ in .json([answer]) }).shim
            let listed = try await shim.listImages(ListImagesRequest(), .test("ListImages")).images
            #expect(listed.map(\.repoTags) == [tags])
        }
    }

    @Test("a chain id stands for a layer on top of those beneath it")
    func chain() {
        #expect(ImageInfo.chain(of: []) == "")
        #expect(ImageInfo.chain(of: ["sha256:1"]) == "sha256:1")
        // printf 'sha256:1 sha256:2' | sha256sum
        let two = "sha256:86095f8fe4f778dd9cd1eaa8351228c07b0476d1635c04d136b40abfd6fa0fef"
        #expect(ImageInfo.chain(of: ["sha256:1", "sha256:2"]) == two)
    }

    @Test("a time before the year 1678, which dockerd gives steps without one, is left out")
    func oldTime() throws {
        var step = ImageHistoryEntry()
        step.created = -62_135_596_800
        step.createdBy = "x"
        let info = ImageInfo(Sample.image(), [step])
        #expect(info.imageSpec.history.first?.created == nil)
        #expect(try info.text.contains(#""created_by":"x""#))
    }
}

@Suite("Removal of an image with several names")
struct SeveralNamesTests {
    private func removal(used: Bool) -> (Bridge, ScriptedDaemon) {
        let digest = "sha256:" + String(repeating: "d", count: 64)
        let daemon = ScriptedDaemon { request in
            if request.path.hasSuffix("/containers/json") { return used ? Sample.answer(request) : .text("[]") }
            guard request.method == "GET" else { return .done }
            return .json(
                Sample.image {
                    $0.repoTags = ["r.io/a:1", "r.io/a:2", "q.io/b:1"]
                    $0.repoDigests = ["r.io/a@\(digest)", "q.io/b@\(digest)", "p.io/c@\(digest)"]
                })
        }
        return (Bridge(.current, daemon), daemon)
    }

    private let request = RemoveImageRequest(image: ImageSpec(image: "r.io/a:2"))

    @Test("all names but one go before the id, a repository's digests with its tags")
    func order() async throws {
        let (bridge, daemon) = removal(used: false)
        _ = try await bridge.shim.removeImage(request, .test("RemoveImage"))
        let digest = "sha256:" + String(repeating: "d", count: 64)
        #expect(
            daemon.calls.filter { $0.hasPrefix("DELETE") } == [
                "DELETE /v1.41/images/r.io/a:2", "DELETE /v1.41/images/q.io/b:1",
                "DELETE /v1.41/images/p.io/c@\(digest)", "DELETE /v1.41/images/\(Sample.imageID)",
            ])
    }

    @Test("none goes while a container uses the image")
    func used() async {
        let (bridge, daemon) = removal(used: true)
        await #expect(throws: (any Error).self) {
            try await bridge.shim.removeImage(request, .test("RemoveImage"))
        }
        #expect(daemon.calls.allSatisfy { !$0.hasPrefix("DELETE") })
    }
}
