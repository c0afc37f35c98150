import OCI

/// Which pulls are one: only the same credentials share, since what one user may pull, another may not.
struct PullKey: Hashable, Sendable {
    let reference: Reference
    let credentials: RegistryCredentials?
}
