import CRI

/// The core's unique names for what the CRI makes: the same pod and attempt can exist only once.
enum PodNaming {
    static func sandbox(_ pod: PodSandboxMetadata) -> String {
        "k8s_POD_\(pod.name)_\(pod.namespace)_\(pod.uid)_\(pod.attempt)"
    }

    static func container(_ container: ContainerMetadata, in pod: SandboxDocument) -> String {
        "k8s_\(container.name)_\(pod.name)_\(pod.namespace)_\(pod.uid)-\(pod.attempt)_\(container.attempt)"
    }
}
