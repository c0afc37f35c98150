package import CRI
package import CRIServer
import Core
package import Faults
import FoundationEssentials
import OCI

extension DirectCRI {
    /// Answers the image's id: since CRI 1.36 `image_ref` must equal `Image.id`, and every kubelet resolves it.
    package func pullImage(
        _ request: PullImageRequest, _ context: CallContext
    ) async throws(OxbowError) -> PullImageResponse {
        let image = try await pull(
            request.image?.image ?? "",
            credentials: try request.auth.map { (auth) throws(OxbowError) in try RegistryCredentials(auth) })
        return PullImageResponse(imageRef: image.id.description)
    }

    func pull(_ name: String, credentials: RegistryCredentials?) async throws(OxbowError) -> ImageRecord {
        try await core.pull(try Reference(parsing: name).tagged, credentials: credentials, progress: { _ in })
    }
}

extension RegistryCredentials {
    /// - Throws: `.badRequest` when `auth` is not the base64 of `user:password`.
    init(_ auth: AuthConfig) throws(OxbowError) {
        self.init(
            username: auth.username, password: auth.password, registryToken: auth.registryToken,
            identityToken: auth.identityToken)
        guard !auth.auth.isEmpty, username.isEmpty else { return }
        guard let bytes = Data(base64Encoded: auth.auth) else { throw OxbowError(.badRequest, "auth.auth: not base64") }
        let pair = String(decoding: bytes, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { throw OxbowError(.badRequest, "auth.auth: not user:password") }
        username = String(pair[0])
        password = String(pair[1])
    }
}
