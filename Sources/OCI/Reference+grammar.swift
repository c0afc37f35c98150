import Faults

// The grammar of distribution's reference package: a name of path components, an optional domain before it, an optional
// tag and an optional digest behind it.
extension Reference {
    static let invalid = OxbowError(.badRequest, "invalid reference format")

    /// Takes `@sha256:…` off the end.
    static func takeDigest(_ text: inout Substring) throws(OxbowError) -> Digest? {
        guard let at = text.firstIndex(of: "@") else { return nil }
        guard let digest = Digest(String(text[text.index(after: at)...])) else { throw invalid }
        text = text[..<at]
        return digest
    }

    /// Takes `:tag` off the end: a colon behind the last slash.
    static func takeTag(_ text: inout Substring) throws(OxbowError) -> String? {
        let last = text.lastIndex(of: "/") ?? text.startIndex
        guard let colon = text[last...].firstIndex(of: ":") else { return nil }
        let tag = text[text.index(after: colon)...]
        guard isTag(tag) else { throw invalid }
        text = text[..<colon]
        return String(tag)
    }

    /// Domain and repository, normalised.
    static func split(_ name: Substring) throws(OxbowError) -> (domain: String, repository: String) {
        var domain = Substring(hub)
        var repository = name
        if let slash = name.firstIndex(of: "/") {
            let first = name[..<slash]
            let isDomain =
                first.contains { $0 == "." || $0 == ":" } || first == "localhost"
                || first.utf8.contains(where: \.isUpper)
            if isDomain {
                domain = first == "index.docker.io" ? Substring(hub) : first
                repository = name[name.index(after: slash)...]
            }
        }
        guard !repository.utf8.contains(where: \.isUpper) else {
            throw OxbowError(.badRequest, "invalid reference format: repository name must be lowercase")
        }
        guard isDomainName(domain) else { throw invalid }
        let components = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard components.allSatisfy(isPathComponent) else { throw invalid }
        let isOfficial = domain == hub && components.count == 1
        return (String(domain), isOfficial ? "library/" + repository : String(repository))
    }

    /// A word character, then up to 127 of word characters, `.` and `-`.
    static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isWord, text.utf8.count <= 128 else { return false }
        return text.utf8.allSatisfy { $0.isWord || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Lower-case letters and digits, joined by `.`, `_`, `__` or any number of `-`.
    static func isPathComponent(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, first.isLowerAlphanumeric, last.isLowerAlphanumeric else {
            return false
        }
        let joints = bytes.split(whereSeparator: \.isLowerAlphanumeric)
        return joints.allSatisfy { joint in
            joint.elementsEqual(".".utf8) || joint.elementsEqual("_".utf8) || joint.elementsEqual("__".utf8)
                || joint.allSatisfy { $0 == UInt8(ascii: "-") }
        }
    }

    /// Host labels joined by `.`, or an IPv6 address in brackets, with an optional port.
    static func isDomainName(_ text: Substring) -> Bool {
        var host = text
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let port = text[text.index(after: colon)...]
            guard !port.isEmpty, port.utf8.allSatisfy(\.isDigit) else { return false }
            host = text[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            return !address.isEmpty && address.utf8.allSatisfy { $0.isHex || $0 == UInt8(ascii: ":") }
        }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.utf8.first, let last = label.utf8.last else { return false }
            return first.isAlphanumeric && last.isAlphanumeric
                && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
    fileprivate var isUpper: Bool { (65...90).contains(self) }
    fileprivate var isLowerAlphanumeric: Bool { isDigit || (97...122).contains(self) }
    fileprivate var isAlphanumeric: Bool { isLowerAlphanumeric || isUpper }
    fileprivate var isWord: Bool { isAlphanumeric || self == UInt8(ascii: "_") }
    fileprivate var isHex: Bool { isLowerHex || (65...70).contains(self) }
}
