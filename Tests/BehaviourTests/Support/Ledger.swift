import CRI
import Linux
import Synchronization

/// What the suite has seen: for each behaviour of a call, on which stages it is there.
final class Ledger: Sendable {
    static let shared = Ledger()

    /// A behaviour's outcome on each stage that was asked: nil when it is there, else the reason of the gap.
    typealias Outcomes = [Stage: String?]

    private let noted = Mutex<[String: [String: Outcomes]]>([:])

    /// - Parameter call: `RunPodSandbox`.
    func note(_ call: String, _ behaviour: String, _ stage: Stage, gap: String?) {
        noted.withLock { _ = $0[call, default: [:]][behaviour, default: [:]].updateValue(gap, forKey: stage) }
    }

    /// Writes the table after a run of the whole suite; a part of it, which leaves calls out, writes nothing.
    func write() throws {
        let noted = noted.withLock { $0 }
        guard CRISchema.calls.allSatisfy({ noted[$0.method] != nil }) else { return }
        try Files.write(Self.path, Array(BehaviourTable(noted).text.utf8))
    }

    // This file is beneath /Tests/ of the package.
    private static let path = String(#filePath.split(separator: "/Tests/")[0]) + "/Compat/cri-table.md"
}
