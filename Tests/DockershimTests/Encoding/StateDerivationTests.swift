import CRI
import DockerAPI
import Testing

@testable import Dockershim

@Suite("States out of Docker's answers")
struct StateDerivationTests {
    @Test(
        "1.20 reads the words for people",
        arguments: [
            ("Up 3 seconds", .containerRunning, .sandboxReady),
            ("Up 2 hours (Paused)", .containerRunning, .sandboxReady),
            ("Exited (0) 9 seconds ago", .containerExited, .sandboxNotready),
            ("Created", .containerCreated, .sandboxNotready),
            ("Restarting (1) 2 seconds ago", .containerUnknown, .sandboxNotready),
            ("Dead", .containerUnknown, .sandboxNotready), ("Removal In Progress", .containerUnknown, .sandboxNotready),
            ("", .containerUnknown, .sandboxNotready),
        ] as [(String, CRI.ContainerState, PodSandboxState)])
    func words(text: String, container: CRI.ContainerState, sandbox: PodSandboxState) {
        var summary = ContainerSummary()
        summary.status = text
        summary.state = "running"
        #expect(StateDerivation.container(summary, era: .dockershim120) == container)
        #expect(StateDerivation.sandbox(summary, era: .dockershim120) == sandbox)
    }

    @Test(
        "today the state itself is read",
        arguments: [
            ("created", .containerCreated, .sandboxNotready), ("running", .containerRunning, .sandboxReady),
            ("paused", .containerRunning, .sandboxReady), ("restarting", .containerRunning, .sandboxNotready),
            ("exited", .containerExited, .sandboxNotready), ("dead", .containerExited, .sandboxNotready),
            ("removing", .containerUnknown, .sandboxNotready),
        ] as [(String, CRI.ContainerState, PodSandboxState)])
    func states(text: String, container: CRI.ContainerState, sandbox: PodSandboxState) {
        var summary = ContainerSummary()
        summary.state = text
        #expect(StateDerivation.container(summary, era: .current) == container)
        #expect(StateDerivation.sandbox(summary, era: .current) == sandbox)
    }

    private static let never = "0001-01-01T00:00:00Z"
    private static let started = "2026-11-24T04:20:30.5Z"
    private static let finished = "2026-11-24T04:20:31.25Z"

    private func inspect(_ change: (inout DockerAPI.ContainerState) -> Void) -> ContainerInspect {
        var inspect = ContainerInspect()
        inspect.created = "2026-11-24T04:20:29.6631254Z"
        inspect.state.startedAt = Self.never
        inspect.state.finishedAt = Self.never
        change(&inspect.state)
        return inspect
    }

    @Test("running")
    func running() throws {
        let status = try DerivedStatus(
            inspect {
                $0.running = true
                $0.startedAt = Self.started
                $0.error = "old"
            }, era: .current)
        #expect(status.state == .containerRunning)
        #expect(status.createdAt == 1_795_494_029_663_125_400)
        #expect(status.startedAt == 1_795_494_030_500_000_000)
        #expect(status.finishedAt == 0)
        #expect(status.message == "")
    }

    @Test(
        "the ways to have ended",
        arguments: [
            (true, 0, "OOMKilled"), (true, 137, "OOMKilled"), (false, 0, "Completed"), (false, 1, "Error"),
        ])
    func ended(oom: Bool, code: Int, reason: String) throws {
        let status = try DerivedStatus(
            inspect {
                $0.startedAt = Self.started
                $0.finishedAt = Self.finished
                $0.oomKilled = oom
                $0.exitCode = code
                $0.error = "why"
            }, era: .current)
        #expect(status.state == .containerExited)
        #expect(status.reason == reason)
        #expect(status.message == "why")
        #expect(status.finishedAt == 1_795_494_031_250_000_000)
    }

    @Test("a start that failed counts as ended when it was created", arguments: Era.allCases)
    func cannotRun(_ era: Era) throws {
        let status = try DerivedStatus(inspect { $0.exitCode = 127 }, era: era)
        #expect(status.state == .containerExited)
        #expect(status.reason == (era.tellsFailedStartsAsDocker ? "ContainerCannotRun" : "StartError"))
        #expect(status.exitCode == (era.tellsFailedStartsAsDocker ? 127 : 128))
        #expect(status.startedAt == status.createdAt && status.finishedAt == status.createdAt)
    }

    @Test(
        "created, with never as 0 today and overflown in 1.20",
        arguments: [
            (Era.current, 0), (.dockershim120, -6_795_364_578_871_345_152),
        ] as [(Era, Int64)])
    func created(era: Era, never: Int64) throws {
        let status = try DerivedStatus(inspect { _ in }, era: era)
        #expect(status.state == .containerCreated)
        #expect(status.startedAt == never && status.finishedAt == never)
    }

    @Test("a time that is none is an error")
    func badTime() {
        #expect(throws: BridgeFailure.self) { try DerivedStatus.nanoseconds("yesterday", era: .current) }
    }
}
