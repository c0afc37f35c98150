/// The versions of the protocol by which clients run and attach to commands.
/// - Source: the RemoteCommand protocols of Kubernetes, each a subset of the next.
enum CommandVersion: Int, Comparable, CaseIterable, Sendable {
    case v1 = 1
    case v2, v3, v4, v5

    init?(_ name: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    var name: String { self == .v1 ? "channel.k8s.io" : "v\(rawValue).channel.k8s.io" }

    /// A stream for sizes of the terminal.
    var hasResize: Bool { self >= .v3 }
    /// How a command ended is told as JSON, success included; before, as text, and success not at all.
    var tellsStatus: Bool { self >= .v4 }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
