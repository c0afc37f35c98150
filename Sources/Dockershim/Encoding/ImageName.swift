/// An image name as Docker normalises it: `busybox:1` is `docker.io/library/busybox:1`.
struct ImageName: Sendable, Equatable {
    var domain: String
    var path: String
    var tag: String?
    /// `sha256:<hex>`
    var digest: String?

    static let defaultDomain = "docker.io"
    static let officialFolder = "library/"

    /// - Returns: nil for what is not a name: upper case, empty parts, or 64 hex digits, which are an id.
    init?(_ text: String) {
        guard !Self.isHex(text, count: 64) else { return nil }
        var rest = text[...]
        if let at = rest.firstIndex(of: "@") {
            let digest = String(rest[rest.index(after: at)...])
            guard Self.isDigest(digest) else { return nil }
            self.digest = digest
            rest = rest[..<at]
        }
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            let tag = String(rest[rest.index(after: colon)...])
            guard Self.isTag(tag) else { return nil }
            self.tag = tag
            rest = rest[..<colon]
        }
        let first = rest.prefix { $0 != "/" }
        let namesDomain =
            first.count < rest.count
            && (first.contains(".") || first.contains(":") || first == "localhost"
                || first.contains(where: \.isUppercase))
        domain = namesDomain ? String(first) : Self.defaultDomain
        path = namesDomain ? String(rest.dropFirst(first.count + 1)) : String(rest)
        if domain == "index.docker.io" { domain = Self.defaultDomain }
        if domain == Self.defaultDomain, !path.contains("/") { path = Self.officialFolder + path }
        guard Self.isPath(path), !domain.isEmpty else { return nil }
    }

    /// As people write it, without tag and digest.
    var familiarName: String {
        guard domain == Self.defaultDomain else { return "\(domain)/\(path)" }
        return path.hasPrefix(Self.officialFolder) ? String(path.dropFirst(Self.officialFolder.count)) : path
    }

    /// With domain, tag and digest.
    var canonical: String {
        "\(domain)/\(path)" + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
    }

    func sameRepository(as other: ImageName) -> Bool { domain == other.domain && path == other.path }

    /// The same version of the same repository; where both have a digest, tags do not count.
    func isSame(as other: ImageName) -> Bool {
        guard sameRepository(as: other) else { return false }
        if digest != nil || other.digest != nil { return digest == other.digest }
        return tag ?? "latest" == other.tag ?? "latest"
    }

    /// What a pull asks for: the digest wins over a tag, and `latest` stands for neither.
    var pulledVersion: String { digest ?? tag ?? "latest" }

    static func isHex(_ text: some StringProtocol, count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// `sha256:<64 hex>`, or the digits alone.
    static func isID(_ text: String) -> Bool { isDigest(text) || isHex(text, count: 64) }

    static func isDigest(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == "sha256" && isHex(parts[1], count: 64)
    }

    private static func isTag(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 128, isWord(first) else { return false }
        return bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isPath(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { element in
            guard let first = element.utf8.first, let last = element.utf8.last else { return false }
            return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
                && element.utf8.allSatisfy { isLowerAlphanumeric($0) || "._-".utf8.contains($0) }
        }
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_")
    }
}
