/// Where the registry of a reference's domain answers.
package struct RegistryEndpoint: Sendable, Equatable {
    /// `https://registry-1.docker.io`, without a slash at its end.
    package let url: String
    /// This very host: past every proxy, and in plain HTTP unless an administrator has given certificates for it.
    package let isLoopback: Bool

    /// - Parameter isTrusted: certificates are there for this registry, so it speaks https.
    package init(domain: String, isTrusted: Bool = false) {
        isLoopback = Self.isLoopback(host: domain)
        // Registries leave the scheme's own port out of the addresses that they answer with.
        let (scheme, port) = isLoopback && !isTrusted ? ("http://", ":80") : ("https://", ":443")
        let host = domain.hasSuffix(port) ? String(domain.dropLast(port.count)) : domain
        url = domain == Reference.hub ? "https://registry-1.docker.io" : scheme + host
    }

    /// `localhost`, `127.0.0.0/8`, `[::1]`, each with or without a port.
    static func isLoopback(host: String) -> Bool {
        if host == "[::1]" || host.hasPrefix("[::1]:") { return true }
        let name = host.prefix { $0 != ":" }
        if name == "localhost" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Makes an address out of what a registry names as the next one: whole, or beginning at the root.
    func resolve(_ location: String) -> String {
        location.hasPrefix("/") ? url + location : location
    }
}
