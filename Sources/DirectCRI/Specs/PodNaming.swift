import CRI

/// The core's unique names for what the CRI makes: the same pod and attempt can exist only once.
enum PodNaming {
    static func sandbox(_ pod: PodSandboxMetadata) -> String {
        "k8s_POD_\(part(pod.name))_\(part(pod.namespace))_\(part(pod.uid))_\(pod.attempt)"
    }

    static func container(_ container: ContainerMetadata, in pod: SandboxDocument) -> String {
        "k8s_\(part(container.name))_\(part(pod.name))_\(part(pod.namespace))_\(part(pod.uid))-\(pod.attempt)"
            + "_\(container.attempt)"
    }

    /// Kubernetes names hold no `_`; those of others must not run into each other.
    private static func part(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("_", with: "%5F")
    }
}
