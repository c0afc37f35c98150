import CRI
import GRPC
import TestSupport
import Testing

extension Kubelet {
    /// - Returns: `image_ref`.
    @discardableResult
    func pull(_ name: String, _ auth: AuthConfig? = nil) async throws(GRPCStatus) -> String {
        try await client.pullImage(PullImageRequest(image: ImageSpec(image: name), auth: auth)).imageRef
    }

    /// - Returns: nil for an image that is not there.
    func image(_ name: String) async throws -> Image? {
        try await client.imageStatus(ImageStatusRequest(image: ImageSpec(image: name))).image
    }

    func present(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Image {
        try #require(try await image(name), sourceLocation: sourceLocation)
    }

    /// - Parameter filter: "": all.
    func images(_ filter: String = "") async throws -> [Image] {
        let filter = ImageFilter(image: ImageSpec(image: filter))
        return try await client.listImages(ListImagesRequest(filter: filter)).images
    }

    func remove(_ name: String) async throws(GRPCStatus) {
        _ = try await client.removeImage(RemoveImageRequest(image: ImageSpec(image: name)))
    }

    /// Expects that a pull is refused with this code, in words that hold `words`.
    func expectRefusal(
        _ name: String, _ code: GRPCStatus.Code, _ words: String, with auth: AuthConfig? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let failure = await failure { () throws(GRPCStatus) in try await pull(name, auth) }
        #expect(failure?.code == code, "\(failure?.message ?? "no failure")", sourceLocation: sourceLocation)
        #expect(
            failure?.message.contains(words) == true, "\(failure?.message ?? "no failure")",
            sourceLocation: sourceLocation)
    }

    /// Runs `body` with a registry whose images are taken away again from the stage.
    @discardableResult
    func registry<Result: Sendable>(
        _ gate: RegistryFixture.Gate = .open, speaksTLS: Bool = false,
        _ body: (RegistryFixture) async throws -> Result
    ) async throws -> Result {
        try await RegistryFixture.with(gate, speaksTLS: speaksTLS) { registry in
            try await clearing(registry.address) { try await body(registry) }
        }
    }

    /// The same with a registry that can misbehave.
    @discardableResult
    func scripted<Result: Sendable>(_ body: (ScriptedRegistry) async throws -> Result) async throws -> Result {
        try await ScriptedRegistry.with { registry in
            try await clearing(registry.address) { try await body(registry) }
        }
    }

    private func clearing<Result: Sendable>(_ address: String, _ body: () async throws -> Result) async throws -> Result
    {
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for image in try await images()
        where (image.repoTags + image.repoDigests).contains(where: { $0.hasPrefix(address + "/") }) {
            try await remove(image.id)
        }
        return try result.get()
    }

    /// Bytes that no other image of this run has.
    static func mark() -> [UInt8] { Array("\(uniqueName("mark")) \(UInt64.random(in: 0 ... .max))".utf8) }

    /// Files that no other image of this run has.
    static func markedFiles() -> [String: String] { ["mark": String(decoding: mark(), as: UTF8.self)] }
}
