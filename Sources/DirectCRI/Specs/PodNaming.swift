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

    /// Kubernetes names are letters, digits, `-` and `.`. Anything else is written as `%` and two hexadecimal digits, so
    /// that different names do not run into each other; the monitor takes ASCII only, too.
    private static func part(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."):
                return String(UnicodeScalar(byte))
            default: return (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
            }
        }.joined()
    }
}
