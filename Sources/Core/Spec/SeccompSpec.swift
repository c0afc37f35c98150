package enum SeccompSpec: Sendable, Codable, Equatable {
    case unconfined
    case runtimeDefault
    /// The text of a profile document (OCI/Docker JSON).
    case profile(String)
}
