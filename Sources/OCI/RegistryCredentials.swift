package import Faults
import FoundationEssentials

/// A user's credentials for one registry.
package struct RegistryCredentials: Sendable, Hashable {
    package var username: String
    package var password: String
    /// A bearer token for the registry itself.
    package var registryToken: String
    /// A refresh token for the registry's token service.
    package var identityToken: String

    /// The registry that they are for, as people write it: `host:port`, with or without scheme and path; "": any.
    package var server: String

    package init(
        username: String = "", password: String = "", registryToken: String = "", identityToken: String = "",
        server: String = ""
    ) {
        self.username = username
        self.password = password
        self.registryToken = registryToken
        self.identityToken = identityToken
        self.server = server
    }
}

extension RegistryCredentials {
    /// Nil for another registry's: a password goes to nobody else. Source: containerd's reading of `server_address`.
    package func meant(for domain: String) -> RegistryCredentials? {
        server.isEmpty || self.domain == domain ? self : nil
    }

    /// `server` as the domain of a reference: no scheme, no path, and Docker's hub by its name; "" is the hub.
    package var domain: String {
        var host = server[...]
        if let scheme = host.firstRange(of: "://") { host = host[scheme.upperBound...] }
        host = host.prefix { $0 != "/" }
        return ["", "index.docker.io", "registry-1.docker.io"].contains(host) ? Reference.hub : String(host)
    }

    /// Reads the base64 of `user:password`, which Docker pads with zero bytes, where no user name is given.
    /// - Throws: `.badRequest` naming what is wrong, never the text itself.
    package mutating func add(encoded: String) throws(OxbowError) {
        guard !encoded.isEmpty, username.isEmpty else { return }
        guard let bytes = Data(base64Encoded: encoded) else { throw OxbowError(.badRequest, "auth: not base64") }
        let pair = String(decoding: bytes, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[0].isEmpty else { throw OxbowError(.badRequest, "auth: not user:password") }
        username = String(pair[0])
        password = String(pair[1].prefix { $0 != "\0" })
    }
}
