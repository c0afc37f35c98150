import CRI

extension APIVersion {
    /// - Parameter method: as a trace names it, `RuntimeService/RunPodSandbox`.
    func path(of method: String) -> String { "/\(rawValue).\(method)" }

    /// What is left to try where this one is unknown.
    var other: APIVersion {
        switch self {
        case .v1: .v1alpha2
        case .v1alpha2: .v1
        }
    }
}
