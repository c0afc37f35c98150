package import Faults

/// The seam for pod networks: CNI plugin programs today.
package protocol PodNetwork: Sendable {
    /// nil when ready, else why not (`cni config uninitialized`).
    func problem() async -> String?
    func attach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) -> NetworkResult
    /// Idempotent. `namespacePath` is "" when the namespace is gone.
    func detach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError)
}
