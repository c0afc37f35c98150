import DockerAPI
import Faults
import HTTPServer
import OCI

extension Engine {
    /// `POST /auth`: what `docker login` asks before it keeps a password.
    @Sendable func checkLogin(_ call: Call) async throws -> ServerResponse {
        let credentials = try RegistryCredentials(try await call.body(AuthConfig.self) ?? AuthConfig())
        do throws(OxbowError) {
            try await core.checkCredentials(credentials)
        } catch {
            switch error.kind {
            case .denied: throw Refusal(.unauthorized, error.message)
            case .runtimeDown, .tooLate: throw Refusal(.internalServerError, error.message)
            default: throw error
            }
        }
        return try Answer.json(LoginAnswer())
    }
}

struct LoginAnswer: Encodable {
    let status = "Login Succeeded"
    /// No refresh token is kept by this engine.
    let identityToken = ""

    private enum CodingKeys: String, CodingKey {
        case status = "Status"
        case identityToken = "IdentityToken"
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
