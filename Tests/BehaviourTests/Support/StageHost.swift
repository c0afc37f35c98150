import Glibc
import Linux
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Comparison

/// Starts every stage's daemons before the first behaviour is checked, ends them after the last, and writes the table.
struct StageHost: SuiteTrait, TestScoping {
    private static let running = Mutex<[Stage: Kubelet]>([:])

    static func kubelet(of stage: Stage) throws -> Kubelet {
        guard let kubelet = running.withLock({ $0[stage] }) else { throw NotRunning(stage: stage) }
        return kubelet
    }

    struct NotRunning: Error { let stage: Stage }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await TemporaryFolder.with("behaviour") { folder in
            try await Self.around(Stage.all[...], in: folder, function)
        }
        try await blocking { try Ledger.shared.write() }
    }

    private static func around(
        _ stages: ArraySlice<Stage>, in folder: TemporaryFolder, _ function: @Sendable () async throws -> Void
    ) async throws {
        guard let stage = stages.first else { return try await function() }
        let network = StageNetwork(
            number: SubnetNumbers.next(), folder: folder.appending(stage.folderName + "-network"))
        try await blocking { try network.write() }
        let cgroup = "/oxbow-behaviour-\(getpid())-\(stage.folderName)"
        let state = folder.appending(stage.folderName)
        let processes = StageProcesses(
            try await stage.definition(network, in: state), folder: state, cgroup: cgroup,
            tree: try CgroupTree.detect(), limits: ComparisonLimits(), log: Logger(label: "behaviour"))
        let outcome = try await processes.around { (daemons) -> Result<Void, any Error> in
            let kubelet = Kubelet(
                stage: stage, daemons: daemons, folder: folder.appending(stage.folderName + "-kubelet"), cgroup: cgroup,
                registryCertificates: stage.registryCertificates(in: state))
            let result: Result<Void, any Error>
            do {
                try await stage.prepare(in: state)
                running.withLock { $0[stage] = kubelet }
                result = .success(try await around(stages.dropFirst(), in: folder, function))
            } catch {
                result = .failure(error)
            }
            running.withLock { $0[stage] = nil }
            await kubelet.client.close()
            return result
        } ended: {
            // What the daemons say to the operator is part of the record when a test has failed.
            if getenv("OXBOW_TEST_LOG") != nil {
                try processes.copyLogs(to: "/tmp/oxbow-behaviour-logs", as: stage.folderName)
            }
        }
        try await network.removeBridge()
        try outcome.0.get()
    }
}

extension Trait where Self == StageHost {
    /// The stages run while the suite does.
    static var stages: StageHost { StageHost() }
}

extension StageProcesses {
    fileprivate func copyLogs(to target: String, as name: String) throws {
        try Files.makeFolders(target)
        for daemon in definition.daemons {
            try Files.write(
                "\(target)/\(name)-\(daemon.name).log",
                try Files.read("\(folder)/\(daemon.name).log"))
        }
    }
}
