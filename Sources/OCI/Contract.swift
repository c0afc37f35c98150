// CONTRACT: signatures other modules build against. The owner replaces the bodies and splits this file, one type a file.
public import Faults
public import NIOCore

/// `sha256:<64 hex>`.
package struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
    package let hex: String
    package init?(_ text: String) { let h = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text; guard h.count == 64 else { return nil }; hex = h }
    package static func of(_ bytes: ByteBuffer) -> Digest { fatalError("contract") }
    package var description: String { "sha256:" + hex }
    /// The first 12 hex digits, as people see it.
    package var short: String { String(hex.prefix(12)) }
}

/// An image name as people write it: `busybox`, `localhost/pause:1`, `127.0.0.1:5000/a/b@sha256:…`.
package struct Reference: Sendable, Hashable, Codable {
    /// `docker.io`, `localhost`, `127.0.0.1:5000`.
    package let domain: String
    /// `library/busybox`.
    package let repository: String
    package let tag: String?
    package let digest: Digest?
    /// Normalises as Docker does (`busybox` → `docker.io/library/busybox`); no tag is added.
    /// - Throws: `.badRequest` `invalid reference format`.
    package init(parsing text: String) throws(OxbowError) { fatalError("contract") }
    /// With `:latest` when there is neither tag nor digest.
    package var tagged: Reference { fatalError("contract") }
    /// `docker.io/library/busybox:latest`.
    package var canonical: String { fatalError("contract") }
    /// `busybox:latest`: what RepoTags and messages show.
    package var familiar: String { fatalError("contract") }
    /// Canonical without tag and digest.
    package var name: String { "\(domain)/\(repository)" }
    /// Familiar without tag and digest.
    package var familiarName: String { fatalError("contract") }
}

/// The `config` object of an image configuration document, and what Docker and CRI need of the rest.
package struct ImageConfig: Sendable, Codable, Equatable {
    package var user: String
    package var environment: [String]
    package var entrypoint: [String]
    package var command: [String]
    package var workingDirectory: String
    package var labels: [String: String]
    package var exposedPorts: [String]
    package var volumes: [String]
    package var stopSignal: String
    package var architecture: String
    package var os: String
    package var author: String
    /// RFC 3339, as written in the document; "" when absent.
    package var created: String
    package var history: [History]
    package var layerDiffIDs: [Digest]
    package struct History: Sendable, Codable, Equatable {
        package var created: String
        package var createdBy: String
        package var comment: String
        package var emptyLayer: Bool
    }
}

/// A user's credentials for one registry.
package struct RegistryCredentials: Sendable, Equatable {
    package var username: String
    package var password: String
    package var registryToken: String
    package var identityToken: String
    package init(username: String = "", password: String = "", registryToken: String = "", identityToken: String = "") {
        self.username = username
        self.password = password
        self.registryToken = registryToken
        self.identityToken = identityToken
    }
}
