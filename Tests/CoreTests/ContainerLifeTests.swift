import Core
import Faults
import Testing

@Suite struct ContainerLifeTests {
    @Test("a container is created, started, exits, starts again and is removed")
    func ordinaryLife() {
        var life = ContainerLife()
        for _ in 1...2 {
            #expect(life.take(.startRequested) == .launch)
            #expect(life.state == .created)
            #expect(life.take(.started) == .announce)
            #expect(life.state == .running)
            #expect(life.take(.exited) == .announce)
            #expect(life.state == .exited)
        }
        #expect(life.take(.removeRequested(force: false)) == .takeAway)
        #expect(life.phase == .removing && life.state == nil)
        // Asked again after a failure, the removal goes on.
        #expect(life.take(.removeRequested(force: false)) == .takeAway)
    }

    @Test("a failed start leads back to created")
    func failedStart() {
        var life = ContainerLife()
        _ = life.take(.startRequested)
        #expect(life.take(.startFailed) == .announce)
        #expect(life.phase == .created)
        #expect(life.take(.startRequested) == .launch)
    }

    @Test(
        "what the state forbids is refused and changes nothing",
        arguments: [
            (ContainerLife.Phase.running, ContainerLife.Event.startRequested),
            (.starting, .startRequested),
            (.removing, .startRequested),
            (.running, .removeRequested(force: false)),
            (.starting, .removeRequested(force: true)),
        ])
    func refused(phase: ContainerLife.Phase, event: ContainerLife.Event) {
        var life = ContainerLife(phase)
        guard case .refuse(.wrongState, _) = life.take(event) else {
            Issue.record("\(event) in \(phase) was not refused")
            return
        }
        #expect(life.phase == phase)
    }

    @Test(
        "late or doubled news is ignored",
        arguments: [
            (ContainerLife.Phase.exited, ContainerLife.Event.exited),
            (.created, .exited),
            (.removing, .exited),
            (.created, .started),
            (.running, .startFailed),
        ])
    func ignored(phase: ContainerLife.Phase, event: ContainerLife.Event) {
        var life = ContainerLife(phase)
        #expect(life.take(event) == .nothing)
        #expect(life.phase == phase)
    }

    @Test("a forced removal of a running container stops it first")
    func forced() {
        var life = ContainerLife(.running)
        #expect(life.take(.removeRequested(force: true)) == .stopFirst)
        #expect(life.phase == .running)
    }

    @Test(
        "recovery mends what it finds",
        arguments: [
            (
                ContainerLife.Phase.created, ContainerLife.Finding.gone, ContainerLife.Mending.keep,
                ContainerLife.Phase.created
            ),
            (.exited, .otherBoot, .keep, .exited),
            (.removing, .monitored, .finishRemoval, .removing),
            (.starting, .monitored, .undoStart, .created),
            (.starting, .ended(0), .undoStart, .created),
            (.starting, .gone, .undoStart, .created),
            (.running, .monitored, .adopt, .running),
            (.running, .ended(7), .recordExit(7, reason: ""), .exited),
            (.running, .unwatched, .killUnwatched, .exited),
        ])
    func recovery(
        phase: ContainerLife.Phase, finding: ContainerLife.Finding, mending: ContainerLife.Mending,
        after: ContainerLife.Phase
    ) {
        var life = ContainerLife(phase)
        #expect(life.recover(finding) == mending)
        #expect(life.phase == after)
    }

    @Test(
        "a run whose end nobody saw has the code 255",
        arguments: [
            (ContainerLife.Phase.running, ContainerLife.Finding.gone), (.running, .otherBoot), (.starting, .otherBoot),
        ])
    func unknownEnd(phase: ContainerLife.Phase, finding: ContainerLife.Finding) {
        var life = ContainerLife(phase)
        guard case .recordExit(255, let reason) = life.recover(finding) else {
            Issue.record("not recorded")
            return
        }
        #expect(!reason.isEmpty && life.phase == .exited)
    }
}
