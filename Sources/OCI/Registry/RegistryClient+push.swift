package import Faults
import HTTPClient
package import NIOCore

extension RegistryClient {
    /// Content to send: from memory or from a file.
    package enum Content: Sendable {
        case bytes(ByteBuffer)
        case file(path: String)
    }

    /// Sends one blob unless the registry has it. The registry verifies the digest.
    package func push(_ content: Content, as digest: Digest) async throws(OxbowError) {
        let known = try await send(HTTPRequest("HEAD", url("blobs/\(digest)"), timeout: Self.timeout))
        if known.head.status == 200 { return }
        let begun = try await send(HTTPRequest("POST", url("blobs/uploads/"), timeout: Self.timeout))
        guard begun.head.status == 202, let location = begun.head["Location"] else {
            throw refusal(begun, of: "upload")
        }
        let place = endpoint.resolve(location)
        guard place.hasPrefix(endpoint.url + "/") else {
            throw OxbowError(.denied, "registry: sends the upload to another host (\(place))")
        }
        let body: HTTPRequest.Body =
            switch content {
            case .bytes(let bytes): .bytes(bytes)
            case .file(let path): .file(path: path)
            }
        let separator = place.contains("?") ? "&" : "?"
        let request = HTTPRequest(
            "PUT", "\(place)\(separator)digest=\(RegistryAuthorization.form([("", digest.description)]).dropFirst())",
            headers: [("Content-Type", "application/octet-stream")], body: body, timeout: .seconds(600))
        let done = try await send(request)
        guard done.head.status == 201 else { throw refusal(done, of: "upload") }
    }

    /// Names a manifest, whose blobs must be there already.
    /// - Returns: its digest.
    @discardableResult
    package func putManifest(_ bytes: ByteBuffer, type: String) async throws(OxbowError) -> Digest {
        let digest = Digest.of(bytes)
        let request = HTTPRequest(
            "PUT", url("manifests/\(reference.tag ?? digest.description)"), headers: [("Content-Type", type)],
            body: .bytes(bytes), timeout: Self.timeout)
        let response = try await send(request)
        guard response.head.status == 201 else { throw refusal(response, of: "manifest") }
        return digest
    }
}
