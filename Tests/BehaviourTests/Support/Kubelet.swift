import GRPC
import Synchronization
import TestSupport

@testable import Comparison

/// What a test has of a stage: its CRI, asked as a kubelet asks, and fixtures that clean up after themselves.
struct Kubelet: Sendable {
    let stage: Stage
    let daemons: RunningStage
    let client: CRIClient
    /// Log folders and files to mount, of all tests of this stage.
    let folder: String
    /// Above the pods' cgroups.
    let cgroup: String
    /// Where the daemons look for certificates of registries: `HOST:PORT/ca.crt`.
    let registryCertificates: String

    /// The built-in shell image, present on every stage.
    static let image = "localhost/busybox:trace"

    init(stage: Stage, daemons: RunningStage, folder: String, cgroup: String, registryCertificates: String) {
        self.stage = stage
        self.daemons = daemons
        self.folder = folder
        self.cgroup = cgroup
        self.registryCertificates = registryCertificates
        client = CRIClient(socket: daemons.criSocket)
    }

    private static let names = Atomic<Int>(0)

    /// Different for each call: names of pods and folders.
    static func uniqueName(_ stem: String) -> String {
        "\(stem)-\(names.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    /// What a call that fails says; nil when it succeeds.
    func failure<Answer>(_ call: () async throws(GRPCStatus) -> Answer) async -> GRPCStatus? {
        do throws(GRPCStatus) {
            _ = try await call()
            return nil
        } catch {
            return error
        }
    }

    /// Asks again and again until `isDone` holds of the answer.
    /// - Throws: `TookTooLong`, with the last answer, after `deadline`.
    func eventually<Answer: Sendable>(
        within deadline: Duration = .seconds(30), _ ask: () async throws -> Answer, until isDone: (Answer) -> Bool
    ) async throws -> Answer {
        let end = ContinuousClock.now + deadline
        while true {
            let answer = try await ask()
            if isDone(answer) { return answer }
            guard ContinuousClock.now < end else { throw TookTooLong(last: "\(answer)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    struct TookTooLong: Error { let last: String }
}
