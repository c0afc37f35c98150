package import CNI

package enum NetworkSpec: Sendable, Codable, Equatable {
    /// A namespace with nothing but `lo`.
    case none
    case host
    case container(String)
    /// A namespace made by the core (it outlives the process) and attached through `PodNetwork`; detached by `stop`,
    /// and at the process's own exit too when `releasedAtExit`.
    case pod(NetworkRequest, releasedAtExit: Bool)
}
