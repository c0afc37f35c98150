import CRI

/// What the recording called something → what the replay calls it: sandboxes, containers, images.
///
/// A runtime makes new ids each time. Pairs are learnt from answers, recorded and new side by side, and put into every
/// later request wherever a recorded id stands as a whole string, with or without a scheme before it (`docker://ID`).
struct Identities: Sendable, Equatable {
    private(set) var sandboxes: [String: String] = [:]
    private(set) var containers: [String: String] = [:]
    private(set) var images: [String: String] = [:]

    /// The replay's name of a recorded id; nil while it has none.
    subscript(recorded: String) -> String? {
        sandboxes[recorded] ?? containers[recorded] ?? images[recorded]
    }

    mutating func bindImage(_ recorded: String, to replayed: String) {
        guard !recorded.isEmpty, !replayed.isEmpty else { return }
        images[recorded] = replayed
    }

    /// Learns from one call that succeeded both times.
    mutating func learn(from call: String, recorded: JSONValue, replayed: JSONValue) {
        switch call {
        case "RunPodSandbox":
            guard let old = recorded.string(at: "pod_sandbox_id"), let new = replayed.string(at: "pod_sandbox_id")
            else { return }
            sandboxes[old] = new
        case "CreateContainer":
            guard let old = recorded.string(at: "container_id"), let new = replayed.string(at: "container_id") else {
                return
            }
            containers[old] = new
        case "PullImage":
            bindImage(recorded.string(at: "image_ref") ?? "", to: replayed.string(at: "image_ref") ?? "")
        case "ImageStatus":
            guard let old = recorded["image"], let new = replayed["image"] else { return }
            learnImage(recorded: old, replayed: new)
        case "ListImages":
            let now = replayed["images"]?.array ?? []
            for old in recorded["images"]?.array ?? [] {
                let tags = Set(old.strings(at: "repo_tags"))
                guard let new = now.first(where: { !tags.isDisjoint(with: $0.strings(at: "repo_tags")) }) else {
                    continue
                }
                learnImage(recorded: old, replayed: new)
            }
        default: return
        }
    }

    private mutating func learnImage(recorded: JSONValue, replayed: JSONValue) {
        bindImage(recorded.string(at: "id") ?? "", to: replayed.string(at: "id") ?? "")
        for digest in recorded.strings(at: "repo_digests") {
            let repository = digest.prefix { $0 != "@" }
            let same = replayed.strings(at: "repo_digests").first { $0.hasPrefix(repository + "@") }
            if let same { bindImage(digest, to: same) }
        }
    }

    func substituted(in value: JSONValue) -> JSONValue {
        value.mapStrings { text in
            if let new = self[text] { return new }
            guard let scheme = text.firstRange(of: "://"), let new = self[String(text[scheme.upperBound...])] else {
                return text
            }
            return text[..<scheme.upperBound] + new
        }
    }
}
