/// A difference between what our bridge sent and what dockershim sent.
struct Deviation: CustomStringConvertible {
    enum Kind: String {
        /// Ours sent it, dockershim did not.
        case notRecorded
        /// dockershim sent it, ours did not.
        case notSent
        /// Both sent it, ours at another place among the call's requests.
        case outOfOrder
    }

    var kind: Kind
    var shape: Shape
    /// The CRI calls in whose time it falls; more than one where calls overlap, none outside of all.
    var calls: [String]

    init(_ kind: Kind, _ shape: Shape, calls: [String]) {
        self.kind = kind
        self.shape = shape
        self.calls = calls
    }

    var description: String {
        "\(kind.rawValue): \(shape) in \(calls.isEmpty ? "no call" : calls.joined(separator: ", "))"
    }
}

/// A deviation that is meant, and why. The list is the whole truth: what is not on it fails the test, and so does an
/// entry that a recording does not show any more.
struct AllowedDeviation: CustomStringConvertible {
    /// nil: outside of every CRI call.
    var call: String?
    var kind: Deviation.Kind
    /// `GET /v1.40/version`: the beginning of the request's method and path.
    var request: String
    var reason: String

    static let list = [
        AllowedDeviation(
            call: nil, kind: .notSent, request: "GET /v1.40/info",
            reason: "the kubelet itself asks for the log driver, beside the bridge's question for the cgroup driver"),
        AllowedDeviation(
            call: nil, kind: .notSent, request: "GET /v1.40/version",
            reason: "the kubelet looks every five minutes for dockerd's process, to move it into its cgroup"),
    ]

    func covers(_ deviation: Deviation) -> Bool {
        deviation.kind == kind && deviation.shape.description.hasPrefix(request)
            && (call.map { deviation.calls.contains($0) } ?? deviation.calls.isEmpty)
    }

    var description: String { "\(kind.rawValue): \(request) in \(call ?? "no call")" }
}
