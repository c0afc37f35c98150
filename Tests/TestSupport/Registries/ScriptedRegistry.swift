import Linux
import NIOCore
package import OCI
import Synchronization

/// A registry that is nothing but its content: it serves what a real one would not take, breaks off, and waits when told.
package final class ScriptedRegistry: Sendable {
    package struct Manifest: Sendable {
        package var bytes: [UInt8]
        package var type: String

        package init(_ bytes: [UInt8], type: String = MediaType.ociManifest) {
            self.bytes = bytes
            self.type = type
        }
    }

    private struct State {
        var manifests: [String: Manifest] = [:]
        var blobs: [Digest: [UInt8]] = [:]
        var cuts: [Digest: [Int]] = [:]
        var pauses: [Digest: (after: Int, gate: @Sendable () async -> Void)] = [:]
        var ignoresRanges = false
    }
    private let state = Mutex(State())
    private let server = Mutex<ScriptedServer?>(nil)

    private init() {}

    /// `127.0.0.1:PORT`
    package var address: String { server.withLock { $0?.address ?? "" } }
    /// `GET /v2/a/blobs/sha256:…`, in order of arrival.
    package var requests: [String] { server.withLock { $0?.requests.map(\.line) ?? [] } }
    /// `Range` headers of the requests for a blob; "" for a request of the whole.
    package func ranges(of blob: Digest) -> [String] {
        server.withLock { server in
            (server?.requests ?? []).filter { $0.line.hasSuffix("/blobs/\(blob)") }.map { $0["Range"] ?? "" }
        }
    }

    package static func with<Result: Sendable>(_ body: (ScriptedRegistry) async throws -> Result) async throws -> Result
    {
        let registry = ScriptedRegistry()
        return try await ScriptedServer.with { request, _ in
            registry.answer(request)
        } body: { server in
            registry.server.withLock { $0 = server }
            return try await body(registry)
        }
    }

    // MARK: Content

    /// - Parameter name: a tag or a digest, of every repository.
    package func add(_ manifest: Manifest, as name: String) {
        state.withLock {
            $0.manifests[name] = manifest
            $0.manifests[Digest.of(ByteBuffer(bytes: manifest.bytes)).description] = manifest
        }
    }
    package func add(blob: [UInt8], as digest: Digest? = nil) {
        state.withLock { $0.blobs[digest ?? Digest.of(ByteBuffer(bytes: blob))] = blob }
    }
    /// A whole image under a tag.
    package func add(_ image: TestImage, as tag: String) {
        for layer in image.layers { add(blob: layer.blob, as: layer.digest) }
        add(blob: image.config)
        add(Manifest(image.manifest, type: image.manifestType), as: tag)
    }

    // MARK: Behaviour

    /// Answers to requests for this blob are broken off after so many bytes each, as long as there are numbers.
    package func cut(_ blob: Digest, after counts: [Int]) { state.withLock { $0.cuts[blob] = counts } }
    /// Answers to requests for this blob wait in the middle.
    package func pause(_ blob: Digest, after count: Int, gate: @escaping @Sendable () async -> Void) {
        state.withLock { $0.pauses[blob] = (count, gate) }
    }
    package func resume(_ blob: Digest) { state.withLock { $0.pauses[blob] = nil } }
    package func ignoreRanges() { state.withLock { $0.ignoresRanges = true } }

    private func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let parts = request.line.split(separator: " ").last?.split(separator: "/").map(String.init) ?? []
        guard parts.first == "v2" else { return .notFound }
        guard parts.count >= 4 else { return .ok("{}") }
        let name = parts[parts.count - 1]
        switch parts[parts.count - 2] {
        case "manifests":
            guard let manifest = state.withLock({ $0.manifests[name] }) else { return .notFound }
            return .init(headers: ["Content-Type: \(manifest.type)"], body: manifest.bytes)
        case "blobs":
            guard let digest = Digest(name) else { return .notFound }
            return blob(digest, range: request["Range"])
        default: return .notFound
        }
    }

    private func blob(_ digest: Digest, range: String?) -> ScriptedServer.Reply {
        state.withLock { state in
            guard let bytes = state.blobs[digest] else { return .notFound }
            var reply = ScriptedServer.Reply(body: bytes)
            if !state.ignoresRanges, let range, let start = Int(range.dropFirst("bytes=".count).prefix { $0 != "-" }) {
                guard start < bytes.count else { return .init(status: "416 Range Not Satisfiable") }
                reply.status = "206 Partial Content"
                reply.headers = ["Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)"]
                reply.body = Array(bytes[start...])
            }
            if let cuts = state.cuts[digest], let first = cuts.first {
                state.cuts[digest] = Array(cuts.dropFirst())
                reply.cut = first
            }
            reply.pause = state.pauses[digest]
            return reply
        }
    }
}
