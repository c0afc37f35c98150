import Testing

/// A way through which the CRI is served, as the suite starts it. What is asked of one is asked of all.
enum Stage: String, CaseIterable, CustomTestStringConvertible {
    case criPlugin = "cri-plugin"
    /// The bridge of today before our engine.
    case dockershim = "dockershim"
    /// The bridge as kubelet 1.20 had it, before our engine.
    case dockershim120 = "dockershim, era 1.20"

    static let all = allCases

    var testDescription: String { rawValue }
}

extension Stage {
    /// Checks one behaviour of one call, and notes the outcome for `Compat/cri-table.md` under the test's own name.
    ///
    /// - Parameters:
    ///   - call: the RPC whose behaviour it is: `RunPodSandbox`.
    ///   - gaps: stages without this behaviour, each with the reason in half a sentence. There `body` has to fail: a gap
    ///     that is none fails the test.
    func check(
        _ call: String, gaps: [Stage: String] = [:], sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (Kubelet) async throws -> Void
    ) async throws {
        let kubelet = try StageHost.kubelet(of: self)
        let behaviour = Test.current?.displayName ?? Test.current?.name ?? "unnamed"
        if let reason = gaps[self] {
            await withKnownIssue(Comment(rawValue: reason), sourceLocation: sourceLocation) {
                try await body(kubelet)
            }
            Ledger.shared.note(call, behaviour, self, gap: reason)
        } else {
            try await body(kubelet)
            Ledger.shared.note(call, behaviour, self, gap: nil)
        }
    }
}
