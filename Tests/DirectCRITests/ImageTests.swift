import CRI
import Core
import NIOCore
import OCI
import TestSupport
import Testing

@testable import DirectCRI

@Suite struct ImageTests {
    private func image(_ name: String, _ change: (inout ImageRecord) -> Void) throws -> CRI.Image {
        var record = try DirectCRIFixture.image(name)
        change(&record)
        let core = FakeCore(images: [record])
        return DirectCRI(
            core: core, configuration: .init(pauseImage: "r.io/pause:3", runtimeVersion: "1"),
            logger: .init(label: "test")
        ).image(record)
    }

    @Test(
        "a user is a number or a name, without its group",
        arguments: [
            ("", nil, ""), ("0", 0, ""), ("1234:5", 1234, ""), ("alice", nil, "alice"), ("alice:staff", nil, "alice"),
            (":5", nil, ""),
        ] as [(String, Int64?, String)])
    func user(text: String, uid: Int64?, name: String) throws {
        let image = try image("a:1") { $0.config.user = text }
        #expect(image.uid?.value == uid)
        #expect(image.username == name)
    }

    @Test("pinned are the built-in pause image and the configured one")
    func pinned() throws {
        #expect(try image("r.io/pause:3") { _ in }.pinned)
        #expect(try !image("r.io/pause:4") { _ in }.pinned)
        #expect(try image("a:1") { $0.pinned = true }.pinned)
    }

    @Test("a list's filter that can be no name matches nothing")
    func filter() async throws {
        let fixture = try DirectCRIFixture()
        func count(_ filter: String) async throws -> Int {
            let filter = ImageFilter(image: ImageSpec(image: filter))
            return try await fixture.cri.listImages(ListImagesRequest(filter: filter), fixture.context).images.count
        }
        #expect(try await count("") == 2)
        #expect(try await count("Bad Name") == 0)
        #expect(try await count("localhost/busybox") == 1)
        #expect(try await count("localhost/busybox:trace") == 1)
        #expect(try await count("localhost/busybox:other") == 0)
    }
}
