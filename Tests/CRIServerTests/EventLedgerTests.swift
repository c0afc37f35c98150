import CRI
import CRIServer
import Testing

@Suite("What clients are told of a pod's life")
struct EventLedgerTests {
    private func change(_ id: String, _ phase: PodPhase, _ time: Int64 = 1) -> PodChange {
        PodChange(id: id, sandbox: "s", phase: phase, time: time)
    }

    private func told(_ events: [ContainerEventResponse]) -> [String] {
        events.map { "\($0.containerId) \($0.containerEventType.name ?? "")" }
    }

    @Test("a sandbox is told of once it is up, created and started together")
    func sandbox() {
        var ledger = EventLedger()
        ledger.keep(PodSandboxStatus(id: "s", state: .sandboxReady))
        #expect(ledger.take(change("s", .created)).isEmpty)
        let events = ledger.take(change("s", .started, 7))
        #expect(told(events) == ["s CONTAINER_CREATED_EVENT", "s CONTAINER_STARTED_EVENT"])
        #expect(events.allSatisfy { $0.podSandboxStatus?.state == .sandboxReady && $0.createdAt == 7 })
        #expect(told(ledger.take(change("s", .stopped))) == ["s CONTAINER_STOPPED_EVENT"])
        let last = ledger.take(change("s", .deleted))
        #expect(told(last) == ["s CONTAINER_DELETED_EVENT"])
        #expect(last.first?.podSandboxStatus?.state == .sandboxNotready)
        #expect(ledger.phase(of: "s", in: "s") == nil)
    }

    @Test("a sandbox that never came up is not told of")
    func neverUp() {
        var ledger = EventLedger()
        #expect(ledger.take(change("s", .created)).isEmpty)
        #expect(ledger.take(change("s", .deleted)).isEmpty)
    }

    @Test("a container's events carry the pod, and the last one no longer the container")
    func container() {
        var ledger = EventLedger()
        ledger.keep(PodSandboxStatus(id: "s"))
        ledger.know(change("s", .started))
        ledger.keep(ContainerStatus(id: "b", createdAt: 2), in: "s")
        ledger.know(change("b", .started))
        ledger.keep(ContainerStatus(id: "a", createdAt: 1), in: "s")
        let created = ledger.take(change("a", .created))
        #expect(told(created) == ["a CONTAINER_CREATED_EVENT"])
        #expect(created.first?.containersStatuses.map(\.id) == ["a", "b"])
        let deleted = ledger.take(change("a", .deleted))
        #expect(deleted.first?.containersStatuses.map(\.id) == ["b"])
        #expect(deleted.first?.podSandboxStatus?.id == "s")
    }

    @Test("comparing finds each step that an interrupted stream left out")
    func missed() {
        var ledger = EventLedger()
        for (id, phase) in [("s", PodPhase.started), ("gone", .started), ("made", .created), ("same", .started)] {
            ledger.know(change(id, phase))
        }
        let listed = [change("s", .started), change("same", .stopped), change("new", .stopped)]
        let found = ledger.missed(by: listed, at: 9)
        #expect(
            found == [
                change("same", .stopped, 9), change("new", .created, 9), change("new", .started, 9),
                change("new", .stopped, 9), change("gone", .stopped, 9), change("gone", .deleted, 9),
                change("made", .deleted, 9),
            ])
        #expect(
            ledger.missed(
                by: [change("s", .started)] + ["gone", "same"].map { change($0, .started) }
                    + [change("made", .created)], at: 9
            ).isEmpty)
    }

    @Test("a pod that is gone is told of by its containers first")
    func podGone() {
        var ledger = EventLedger()
        ledger.know(change("s", .started))
        ledger.know(change("a", .stopped))
        let found = ledger.missed(by: [], at: 3)
        #expect(found == [change("a", .deleted, 3), change("s", .stopped, 3), change("s", .deleted, 3)])
        for step in found { _ = ledger.take(step) }
        #expect(ledger.missed(by: [], at: 4).isEmpty)
        #expect(ledger.members(of: "s").isEmpty)
    }
}
