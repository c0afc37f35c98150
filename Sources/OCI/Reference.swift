package import Faults

/// An image name as people write it: `busybox`, `localhost/pause:1`, `127.0.0.1:5000/a/b@sha256:…`.
///
/// In documents it is its canonical text.
package struct Reference: Sendable, Hashable {
    /// `docker.io`, `localhost`, `127.0.0.1:5000`.
    package let domain: String
    /// `library/busybox`.
    package let repository: String
    package let tag: String?
    package let digest: Digest?

    /// Bytes of domain and repository together.
    package static let nameLimit = 255
    package static let hub = "docker.io"

    /// Normalises as Docker does (`busybox` → `docker.io/library/busybox`); no tag is added.
    ///
    /// An image id (`sha256:…`, 64 hex digits) is no reference: see `ImageName`.
    /// - Throws: `.badRequest` `invalid reference format`.
    package init(parsing text: String) throws(OxbowError) {
        guard Digest(hex: text) == nil else {
            throw OxbowError(
                .badRequest, "invalid repository name (\(text)), cannot specify 64-byte hexadecimal strings")
        }
        guard Digest(text) == nil else { throw Self.invalid }
        var rest = Substring(text)
        digest = try Self.takeDigest(&rest)
        tag = try Self.takeTag(&rest)
        (domain, repository) = try Self.split(rest)
        guard domain.utf8.count + repository.utf8.count < Self.nameLimit else {
            throw OxbowError(
                .badRequest, "repository name must not be more than \(Self.nameLimit) characters")
        }
    }

    init(domain: String, repository: String, tag: String?, digest: Digest?) {
        self.domain = domain
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// With `:latest` when there is neither tag nor digest.
    package var tagged: Reference {
        tag == nil && digest == nil ? with(tag: "latest", digest: nil) : self
    }

    /// The same name under another tag or digest; neither is checked.
    package func with(tag: String?, digest: Digest?) -> Reference {
        Reference(domain: domain, repository: repository, tag: tag, digest: digest)
    }

    /// `docker.io/library/busybox:latest`.
    package var canonical: String { name + suffix }
    /// `busybox:latest`: what RepoTags and messages show.
    package var familiar: String { familiarName + suffix }
    /// Canonical without tag and digest.
    package var name: String { "\(domain)/\(repository)" }

    /// Familiar without tag and digest.
    package var familiarName: String {
        guard domain == Self.hub else { return name }
        let official = repository.dropFirst("library/".count)
        return repository.hasPrefix("library/") && !official.contains("/") ? String(official) : repository
    }

    private var suffix: String { (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "") }
}

extension Reference: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = try Reference(parsing: text)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(canonical)
    }
}
