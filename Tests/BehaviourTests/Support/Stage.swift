import Glibc
import Testing

/// A way through which the CRI is served, as the suite starts it. What is asked of one is asked of all.
enum Stage: String, CaseIterable, CustomTestStringConvertible {
    case criPlugin = "cri-plugin"
    /// The bridge of today before our engine.
    case dockershim = "dockershim"
    /// The bridge as kubelet 1.20 had it, before our engine.
    case dockershim120 = "dockershim, era 1.20"
    /// Somebody else's, to hold the suite itself against: the bridge of today before a real dockerd.
    case dockerd
    /// The same: a real containerd.
    case containerd

    /// Those that must pass, and that the table shows.
    static let ours: [Stage] = [.criPlugin, .dockershim, .dockershim120]
    /// Ours, and the peers that `OXBOW_PEERS` names: `containerd,dockerd`.
    static let all: [Stage] = ours + peers

    private static let peers: [Stage] = {
        let names = getenv("OXBOW_PEERS").map { String(cString: $0).split(separator: ",").map(String.init) } ?? []
        return allCases.filter { !ours.contains($0) && names.contains($0.rawValue) }
    }()

    var testDescription: String { rawValue }
}

extension Stage {
    /// Behaviours that are checked at the same time, on all stages together.
    private static let turns = Turns(6)

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
                try await Self.turns.run { try await body(kubelet) }
            }
            Ledger.shared.note(call, behaviour, self, gap: reason)
        } else {
            try await Self.turns.run { try await body(kubelet) }
            Ledger.shared.note(call, behaviour, self, gap: nil)
        }
    }
}
