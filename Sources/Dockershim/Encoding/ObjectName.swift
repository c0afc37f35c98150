import CRI

/// The Docker name of a sandbox or container, which is where dockershim kept metadata:
/// `k8s_<container or POD>_<pod>_<namespace>_<uid>_<attempt>`, and `_<8 hex>` after a name conflict.
///
/// Kubernetes names hold no `_`, so a name splits in one way only; names made by other tools may not parse.
struct ObjectName: Sendable, Equatable {
    /// `POD` for a sandbox.
    var container: String
    var pod: String
    var namespace: String
    var uid: String
    var attempt: UInt32
    /// Told apart from an earlier holder of the name, which Docker still blocks.
    var suffix: String?

    static let prefix = "k8s"
    static let sandboxContainer = "POD"

    init(sandbox metadata: PodSandboxMetadata) {
        container = Self.sandboxContainer
        pod = metadata.name
        namespace = metadata.namespace
        uid = metadata.uid
        attempt = metadata.attempt
    }

    /// - Parameter sandbox: the pod's metadata as the create request repeats it, not as the sandbox has it.
    init(container metadata: ContainerMetadata, in sandbox: PodSandboxMetadata) {
        self.init(sandbox: sandbox)
        container = metadata.name
        attempt = metadata.attempt
    }

    /// - Returns: nil when Docker's name is not one of ours.
    init?(parsing name: String) {
        let bare = name.hasPrefix("/") ? name.dropFirst() : name[...]
        let parts = bare.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 6 || parts.count == 7, parts[0] == Self.prefix, let attempt = UInt32(parts[5]) else {
            return nil
        }
        container = String(parts[1])
        pod = String(parts[2])
        namespace = String(parts[3])
        uid = String(parts[4])
        self.attempt = attempt
        if parts.count == 7 { suffix = String(parts[6]) }
    }

    var text: String {
        let parts = [Self.prefix, container, pod, namespace, uid, "\(attempt)"]
        return (parts + (suffix.map { [$0] } ?? [])).joined(separator: "_")
    }

    /// The same name once more, for when a conflict cannot be removed.
    func renamed(by number: UInt32) -> ObjectName {
        var copy = self
        let digits = String(number, radix: 16)
        copy.suffix = String(repeating: "0", count: 8 - digits.count) + digits
        return copy
    }

    var sandboxMetadata: PodSandboxMetadata {
        PodSandboxMetadata(name: pod, uid: uid, namespace: namespace, attempt: attempt)
    }

    var containerMetadata: ContainerMetadata { ContainerMetadata(name: container, attempt: attempt) }
}
