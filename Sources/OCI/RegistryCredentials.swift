/// A user's credentials for one registry.
package struct RegistryCredentials: Sendable, Equatable {
    package var username: String
    package var password: String
    /// A bearer token for the registry itself.
    package var registryToken: String
    /// A refresh token for the registry's token service.
    package var identityToken: String

    package init(username: String = "", password: String = "", registryToken: String = "", identityToken: String = "") {
        self.username = username
        self.password = password
        self.registryToken = registryToken
        self.identityToken = identityToken
    }
}
