import CRI
import GRPC
import Linux
package import Logging

/// Sees to it that what a trace needs is at an endpoint before the replay starts, whatever the endpoint is.
package struct ReplayPreparation: Sendable {
    private let images: TraceImages
    /// Metadata uids of the trace's pods.
    private let pods: Set<String>
    private let endpoint: CRIEndpoint
    private let source: any ImageSource
    /// For the registries' contents; made and removed here.
    private let folder: String
    private let log: Logger
    private static let timeout = Duration.seconds(120)

    package init(_ trace: Trace, endpoint: CRIEndpoint, images source: any ImageSource, folder: String, log: Logger) {
        images = TraceImages(trace)
        pods = Set(
            trace.calls.filter { $0.name == "RunPodSandbox" }
                .compactMap { $0.request.string(at: "config", "metadata", "uid") })
        self.endpoint = endpoint
        self.source = source
        self.folder = folder
        self.log = log
    }

    /// Clears away what an earlier replay left, brings the images, and runs the registries that the trace pulls from
    /// while `body` runs.
    ///
    /// - Parameter body: gets recorded image id → the endpoint's.
    /// - Throws: `PreparationFailure` with a sentence for the user; or what `body` throws.
    package func around<R: Sendable>(_ body: ([String: String]) async throws -> R) async throws -> R {
        let result: Result<R, any Error>
        do {
            try await removeLeftovers()
            try await bringImages()
            let ids = try await imageIDs()
            result = .success(try await withRegistries(of: images.pulled) { try await body(ids) })
        } catch {
            result = .failure(error)
        }
        try await blocking { try Files.removeTree(folder) }
        return try result.get()
    }

    private func removeLeftovers() async throws {
        let cleared = await SandboxRemoval(endpoint).remove { pods.contains($0.string(at: "metadata", "uid") ?? "") }
        if cleared.sandboxes > 0 {
            log.info("removed sandboxes of an earlier replay", metadata: ["sandboxes": "\(cleared.sandboxes)"])
        }
        guard cleared.failures.isEmpty else {
            throw PreparationFailure("leftovers of an earlier replay: \(cleared.failures.joined(separator: "; "))")
        }
        // Before images are brought: some runtimes take every name of an image away with one.
        for reference in images.absent where try await imageID(reference) != nil {
            log.info("removing an image that the recording did not have", metadata: ["image": "\(reference)"])
            _ = try await call("ImageService/RemoveImage", ["image": ["image": .string(reference)]])
        }
    }

    private func bringImages() async throws {
        var missing: [String] = []
        for reference in images.needed where try await imageID(reference) == nil { missing.append(reference) }
        guard !missing.isEmpty else { return }
        log.info(
            "bringing images through a loopback registry", metadata: ["images": "\(missing.joined(separator: " "))"])
        try await withRegistries(of: missing) {
            for reference in missing {
                _ = try await call("ImageService/PullImage", ["image": ["image": .string(reference)]])
                guard try await imageID(reference) != nil else {
                    throw PreparationFailure("image: still not there after its pull (\(reference))")
                }
            }
        }
    }

    private func imageIDs() async throws -> [String: String] {
        var result: [String: String] = [:]
        for reference in images.needed {
            if let recorded = images.ids[reference], let now = try await imageID(reference) { result[recorded] = now }
        }
        return result
    }

    /// Runs a registry for each host that the references name, filled with them.
    private func withRegistries<R: Sendable>(of references: [String], _ body: () async throws -> R) async throws -> R {
        var wanted: [RegistryAddress: [String]] = [:]
        for reference in references {
            guard let address = RegistryAddress(of: reference), address.isLoopback else {
                throw PreparationFailure(
                    "image: not at the endpoint, and its registry is not on loopback (\(reference))")
            }
            wanted[address, default: []].append(reference)
        }
        return try await within(wanted.sorted { $0.key.listening < $1.key.listening }[...], body)
    }

    private func within<R: Sendable>(
        _ registries: ArraySlice<(key: RegistryAddress, value: [String])>, _ body: () async throws -> R
    ) async throws -> R {
        guard let (address, references) = registries.first else { return try await body() }
        return try await LoopbackRegistry.run(at: address, folder: "\(folder)/\(address.port)") {
            for reference in references { try await source.push(reference, toRegistryAt: address.listening) }
            return try await within(registries.dropFirst(), body)
        }
    }

    private func imageID(_ reference: String) async throws(PreparationFailure) -> String? {
        try await call("ImageService/ImageStatus", ["image": ["image": .string(reference)]]).string(at: "image", "id")
    }

    private func call(_ method: String, _ request: JSONValue) async throws(PreparationFailure) -> JSONValue {
        do throws(GRPCStatus) {
            return try await endpoint.call(method, request, timeout: Self.timeout)
        } catch {
            throw PreparationFailure("\(method): \(error.message) (code \(error.code.rawValue), \(request.text))")
        }
    }
}
