package import Faults
package import HTTPClient
package import NIOCore

/// One repository at one registry, over the HTTP API version 2.
///
/// - Source: opencontainers/distribution-spec 1.0; Docker's token authentication.
package struct RegistryClient: Sendable {
    /// One call that is not a blob.
    static let timeout = Duration.seconds(60)

    let reference: Reference
    let endpoint: RegistryEndpoint
    let client: HTTPClient
    let authorization: RegistryAuthorization
    private let trust: TLSTrust?

    /// - Parameter reference: names the repository; its tag or digest is the default for `manifest`.
    package init(
        _ reference: Reference, credentials: RegistryCredentials? = nil, client: HTTPClient = HTTPClient(.network)
    ) {
        self.init(reference, credentials, .none, trust: nil, client)
    }

    private init(
        _ reference: Reference, _ credentials: RegistryCredentials?, _ trusts: RegistryTrust, trust: TLSTrust?,
        _ client: HTTPClient
    ) {
        self.reference = reference
        self.client = client
        self.trust = trust
        endpoint = RegistryEndpoint(domain: reference.domain, isTrusted: trust != nil)
        authorization = RegistryAuthorization(
            endpoint: endpoint, credentials: credentials?.meant(for: reference.domain), trusts: trusts, client: client)
    }

    /// With the certificates that an administrator has given for the registry. Credentials for another registry are not
    /// used.
    package static func open(
        _ reference: Reference, credentials: RegistryCredentials?, trusts: RegistryTrust
    ) async throws(OxbowError) -> RegistryClient {
        RegistryClient(
            reference, credentials, trusts, trust: try await trusts.find(reference.domain), HTTPClient(.network))
    }

    package struct Manifest: Sendable {
        package let document: ManifestDocument
        package let bytes: ByteBuffer
        package let digest: Digest
    }

    /// The manifest or index under a digest, or under the reference's own digest or tag.
    /// - Throws: `.missing`, `.denied`, `.runtimeDown`, `.corrupt` for bytes that do not fit their digest or are no
    ///   manifest, `.tooLarge`, `.unsupported`.
    package func manifest(_ digest: Digest? = nil) async throws(OxbowError) -> Manifest {
        let wanted = digest ?? reference.digest
        let name = wanted?.description ?? reference.tag ?? "latest"
        let request = HTTPRequest(
            "GET", url("manifests/\(name)"), headers: [("Accept", MediaType.manifests.joined(separator: ", "))],
            timeout: Self.timeout)
        let response = try await send(request, bodyLimit: ImageManifest.limit)
        guard response.head.status == 200 else { throw refusal(response, of: "manifest") }
        let found = Digest.of(response.body)
        guard wanted == nil || wanted == found else {
            throw OxbowError(.corrupt, "manifest: content does not fit its digest (\(name))")
        }
        return Manifest(
            document: try Self.served { () throws(OxbowError) in try OCIDocument.manifest(from: response.body) },
            bytes: response.body, digest: found)
    }

    /// What is wrong with a registry's content is not the client's mistake.
    package static func served<T>(_ body: () throws(OxbowError) -> T) throws(OxbowError) -> T {
        do throws(OxbowError) {
            return try body()
        } catch {
            guard error.kind == .badRequest else { throw error }
            throw OxbowError(.corrupt, error.message, origin: error.origin)
        }
    }

    /// The manifest that an index names.
    package func manifest(_ entry: Descriptor) async throws(OxbowError) -> Manifest {
        let found = try await manifest(entry.digest)
        guard UInt64(found.bytes.readableBytes) == entry.size else {
            throw OxbowError(.corrupt, "manifest: size is not what the index says (\(entry.digest))")
        }
        return found
    }

    /// A small blob, whole: the image's configuration.
    package func blob(_ descriptor: Descriptor, limit: Int) async throws(OxbowError) -> ByteBuffer {
        guard descriptor.size <= limit else {
            throw OxbowError(.tooLarge, "blob: longer than \(limit) bytes (\(descriptor.digest))")
        }
        let request = HTTPRequest("GET", url("blobs/\(descriptor.digest)"), timeout: Self.timeout)
        let response = try await send(request, bodyLimit: limit)
        guard response.head.status == 200 else { throw refusal(response, of: "blob") }
        guard Digest.of(response.body) == descriptor.digest, response.body.readableBytes == descriptor.size else {
            throw OxbowError(.corrupt, "blob: content does not fit its digest (\(descriptor.digest))")
        }
        return response.body
    }

    func url(_ path: String) -> String { "\(endpoint.url)/v2/\(reference.repository)/\(path)" }

    /// Sends a request, answering the registry's challenge once.
    func send(_ request: HTTPRequest, bodyLimit: Int = 1 << 20) async throws(OxbowError) -> HTTPResponse {
        var answered = false
        while true {
            let response: HTTPResponse
            do throws(HTTPFailure) {
                response = try await client.send(authorized(request), bodyLimit: bodyLimit)
            } catch {
                throw Self.failure(error, reference.domain)
            }
            guard response.head.status == 401, !answered else { return response }
            answered = true
            guard try await answer(response.head["WWW-Authenticate"]) else { return response }
        }
    }

    /// Answers a challenge; see `RegistryAuthorization`.
    func answer(_ challenge: String?) async throws(OxbowError) -> Bool {
        do throws(OxbowError) {
            return try await authorization.answer(challenge)
        } catch {
            guard error.kind == .denied else { throw error }
            throw denied(error.message, origin: error.origin)
        }
    }

    func authorized(_ plain: HTTPRequest) -> HTTPRequest {
        var request = plain
        request.followsRedirects = true
        request.direct = endpoint.isLoopback
        request.trust = trust
        if let value = authorization.value { request.headers.append(("Authorization", value)) }
        return request
    }
}
