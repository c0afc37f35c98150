import CRI

/// The Docker name of a sandbox or container, which is where dockershim kept metadata:
/// `k8s_<container or POD>_<pod>_<namespace>_<uid>_<attempt>`, and `_<8 hex>` after a name conflict.
///
/// Kubernetes names hold no `_`, so a name splits in one way only. A part that holds one, or what Docker refuses in a name, is
/// written as `.` and the hexadecimal digits of its bytes; 1.20 wrote it as it is.
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
        // Split by bytes: every list takes every name apart.
        let parts = bare.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false).map(Substring.init)
        guard parts.count == 6 || parts.count == 7, parts[0] == Self.prefix, let attempt = UInt32(parts[5]) else {
            return nil
        }
        container = Self.plain(parts[1])
        pod = Self.plain(parts[2])
        namespace = Self.plain(parts[3])
        uid = Self.plain(parts[4])
        self.attempt = attempt
        if parts.count == 7 { suffix = String(parts[6]) }
    }

    func text(era: Era) -> String {
        let parts = [container, pod, namespace, uid]
        let written = [Self.prefix] + (era.takesNamesAsTheyAre ? parts : parts.map(Self.written)) + ["\(attempt)"]
        return (written + (suffix.map { [$0] } ?? [])).joined(separator: "_")
    }

    private static func written(_ part: String) -> String {
        let isPlain = part.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        if isPlain, !part.hasPrefix(".") { return part }
        return "."
            + part.utf8.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
    }

    /// A part as it was before `written`.
    private static func plain(_ part: Substring) -> String {
        guard part.hasPrefix("."), part.utf8.count % 2 == 1 else { return String(part) }
        var bytes: [UInt8] = []
        var rest = part.dropFirst()
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return String(part) }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
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
