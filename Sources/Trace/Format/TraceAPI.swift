/// The package name under which a client calls the CRI; the messages are the same.
package enum TraceAPI: String, Sendable, CaseIterable {
    case v1 = "runtime.v1"
    case v1alpha2 = "runtime.v1alpha2"

    /// - Parameter method: as a trace names it, `RuntimeService/RunPodSandbox`.
    package func path(of method: String) -> String { "/\(rawValue).\(method)" }

    /// What is left to try where this one is unknown.
    package var other: TraceAPI {
        switch self {
        case .v1: .v1alpha2
        case .v1alpha2: .v1
        }
    }
}
