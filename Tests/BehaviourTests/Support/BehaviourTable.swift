import CRI

/// `Compat/cri-table.md`: every call of the CRI, every stage and era, and every behaviour that was checked.
struct BehaviourTable {
    private let noted: [String: [String: Ledger.Outcomes]]

    /// - Parameter noted: by call, then by behaviour.
    init(_ noted: [String: [String: Ledger.Outcomes]]) { self.noted = noted }

    var text: String {
        let calls = CRISchema.calls.map(\.method).filter { noted[$0] != nil }
        var lines = Self.head
        for call in calls {
            let cells = Stage.ours.map { verdict(call, $0) }
            lines.append(
                "| [\(call)](#\(call.lowercased())) | \(noted[call]?.count ?? 0) | \(cells.joined(separator: " | ")) |")
        }
        for call in calls { lines += details(call) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let head = [
        "# Every CRI call on every stage and era", "",
        "Written by the behaviour suite (`swift test --filter BehaviourTests`), which asks every stage the same. Not edited by",
        "hand. *Same*: does what the CRI asks, as the bridge of kubelet 1.20 did. *Better*: does what that one did not.",
        "*Historical gap*: keeps the old bridge's fault. *Gap*: cannot, for the reason given below.", "",
        "| call | behaviours | \(Stage.ours.map(\.rawValue).joined(separator: " | ")) |",
        "| --- | --- |\(String(repeating: " --- |", count: Stage.ours.count))",
    ]

    private func verdict(_ call: String, _ stage: Stage) -> String {
        let behaviours = noted[call] ?? [:]
        let gaps = behaviours.values.count { ($0[stage] ?? nil) != nil }
        let better = behaviours.values.count { isBetter($0, on: stage) }
        var words: [String] = []
        if better > 0 { words.append("better (\(better))") }
        if gaps > 0 { words.append(stage == .dockershim120 ? "historical gap (\(gaps))" : "gap (\(gaps))") }
        return words.isEmpty ? "same" : words.joined(separator: ", ")
    }

    /// There, and not so in the old bridge.
    private func isBetter(_ outcomes: Ledger.Outcomes, on stage: Stage) -> Bool {
        guard let here = outcomes[stage], here == nil, let old = outcomes[.dockershim120] else { return false }
        return old != nil
    }

    private func details(_ call: String) -> [String] {
        var lines = ["", "## \(call)", ""]
        for (behaviour, outcomes) in (noted[call] ?? [:]).sorted(by: { $0.key < $1.key }) {
            lines.append("- \(behaviour)")
            for stage in Stage.ours {
                if let outcome = outcomes[stage], let reason = outcome {
                    lines.append("  - \(stage.rawValue): \(reason)")
                }
            }
        }
        return lines
    }
}
