import CRI
import Testing

@testable import Trace

@Suite("Images of a trace")
struct TraceImagesTests {
    private func image(_ name: String) -> JSONValue { ["image": ["image": .string(name)]] }

    @Test("the first word on an image says whether it was there")
    func firstWord() {
        var calls = RecordedCalls()
        calls.add("ImageStatus", image("localhost/a:1"), ["image": ["id": "sha256:1"]])
        calls.add("ImageStatus", image("127.0.0.1:5000/b:1"))
        calls.add("PullImage", image("127.0.0.1:5000/b:1"), ["image_ref": "sha256:2"])
        calls.add("ImageStatus", image("127.0.0.1:5000/b:1"), ["image": ["id": "sha256:2"]])
        calls.add("PullImage", image("127.0.0.1:5000/none:1"), failure: 5)
        calls.add("ImageStatus", image("sha256:1"), ["image": ["id": "sha256:1"]])
        let images = TraceImages(calls.trace)
        #expect(images.needed == ["localhost/a:1"])
        #expect(images.absent == ["127.0.0.1:5000/b:1"])
        #expect(images.pulled == ["127.0.0.1:5000/b:1"])
        #expect(images.ids == ["localhost/a:1": "sha256:1", "127.0.0.1:5000/b:1": "sha256:2"])
    }

    @Test(
        "the registry is where the reference says",
        arguments: [
            ("localhost/pause:1", "127.0.0.1:80", true), ("127.0.0.1:5000/busybox:1", "127.0.0.1:5000", true),
            ("localhost:5001/a/b@sha256:0", "127.0.0.1:5001", true),
            ("registry.example/a", "registry.example:80", false),
        ])
    func address(reference: String, listening: String, loopback: Bool) throws {
        let address = try #require(RegistryAddress(of: reference))
        #expect(address.listening == listening)
        #expect(address.isLoopback == loopback)
    }

    @Test(
        "a reference without a host names no registry",
        arguments: ["busybox", "library/busybox", "h:70000/a", "h:x/a", "a:1:2/b"])
    func noAddress(reference: String) { #expect(RegistryAddress(of: reference) == nil) }
}
