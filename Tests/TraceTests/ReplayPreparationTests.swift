import CRI
import GRPC
import Logging
import Testing

@testable import Trace

@Suite("Replay preparation")
struct ReplayPreparationTests {
    private struct NoImages: ImageSource {
        func push(_ reference: String, toRegistryAt address: String) async throws {
            throw PreparationFailure("test: nothing to push")
        }
    }

    private func image(_ name: String) -> JSONValue { ["image": ["image": .string(name)]] }

    private func preparation(_ trace: Trace, _ runtime: FakeCRI) -> ReplayPreparation {
        ReplayPreparation(
            trace, endpoint: CRIEndpoint(runtime, address: "fake", api: .v1), images: NoImages(),
            folder: "/tmp/oxbow-preparation-test", log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("pods of an earlier replay go, other pods stay")
    func leftovers() async throws {
        let runtime = FakeCRI()
        runtime.state.withLock { $0.sandboxes = ["old": ("u", true), "other": ("x", true)] }
        try await preparation(RecordedCalls.pod().trace, runtime).around { _ in }
        #expect(runtime.state.withLock { Array($0.sandboxes.keys) } == ["other"])
    }

    @Test("an image that is there is bound to its recorded id")
    func bound() async throws {
        var calls = RecordedCalls()
        calls.add("ImageStatus", image("localhost/a:1"), ["image": ["id": "sha256:old"]])
        let runtime = FakeCRI()
        runtime.state.withLock { $0.images = ["localhost/a:1": "sha256:new"] }
        let ids = try await preparation(calls.trace, runtime).around { $0 }
        #expect(ids == ["sha256:old": "sha256:new"])
        #expect(!runtime.calls.contains("PullImage"))
    }

    @Test("an image that the recording did not have is removed")
    func absent() async throws {
        var calls = RecordedCalls()
        calls.add("ImageStatus", image("localhost/none:1"))
        let runtime = FakeCRI()
        runtime.state.withLock { $0.images = ["localhost/none:1": "sha256:x"] }
        try await preparation(calls.trace, runtime).around { _ in }
        #expect(runtime.requests("RemoveImage") == [image("localhost/none:1")])
    }

    @Test(
        "a missing image whose registry is elsewhere is an error that names it",
        arguments: ["registry.example/a:1", "busybox"])
    func elsewhere(reference: String) async {
        var calls = RecordedCalls()
        calls.add("ImageStatus", image(reference), ["image": ["id": "sha256:old"]])
        let trace = calls.trace
        await #expect(
            throws: PreparationFailure("image: not at the endpoint, and its registry is not on loopback (\(reference))")
        ) { try await preparation(trace, FakeCRI()).around { _ in } }
    }

    @Test("an endpoint's refusal is told with the call")
    func refusal() async {
        var calls = RecordedCalls()
        calls.add("ImageStatus", image("localhost/a:1"), ["image": ["id": "sha256:old"]])
        let runtime = FakeCRI()
        runtime.state.withLock { $0.failures["ImageStatus"] = GRPCStatus(.unavailable, "starting") }
        let trace = calls.trace
        await #expect(
            throws: PreparationFailure(
                #"ImageService/ImageStatus: starting (code 14, {"image":{"image":"localhost/a:1"}})"#)
        ) { try await preparation(trace, runtime).around { _ in } }
    }
}
