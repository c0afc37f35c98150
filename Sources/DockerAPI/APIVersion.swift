/// A level of the Docker Engine API: `1.41`. Levels are ordered by number, so 1.9 comes before 1.10.
package struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`, also with the path's `v` in front; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Self.number(parts[0]), let minor = Self.number(parts[1]) else { return nil }
        self.init(major, minor)
    }

    package var description: String { "\(major).\(minor)" }

    package static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }

    /// Digits only: `Int` alone would take a sign. Six digits are more than any level will have.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

extension APIVersion {
    /// What kubelet 1.20's dockershim speaks; its client's `HostConfig` still has `Capabilities`.
    package static let v1_40 = APIVersion(1, 40)
    /// Docker 20.10.
    package static let v1_41 = APIVersion(1, 41)
    /// Docker 23.0, the least that today's cri-dockerd accepts.
    package static let v1_42 = APIVersion(1, 42)
}
