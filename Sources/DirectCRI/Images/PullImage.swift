package import CRI
package import CRIServer
import Core
package import Faults
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
            identityToken: auth.identityToken, server: auth.serverAddress)
        try add(encoded: auth.auth)
    }
}
