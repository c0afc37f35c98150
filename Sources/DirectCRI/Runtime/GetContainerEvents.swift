package import CRI
package import CRIServer
import Core
package import Faults

extension DirectCRI {
    /// Every change from the moment of the call, until the client goes away.
    /// - Throws: `.tooLarge` for a client that reads so slowly that `EventBroadcast.backlog` changes wait for it: it has
    ///   missed something from then on, has to list, and to ask again.
    package func getContainerEvents(
        _ request: GetEventsRequest, _ context: CallContext,
        send: @Sendable (ContainerEventResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        let changes = core.events()
        var ledger = EventLedger()
        for sandbox in await sandboxes() { await note(sandbox.record, in: &ledger) }
        for container in await podContainers() { await note(container.record, in: &ledger) }
        for await change in changes {
            guard let step = await step(change, in: &ledger) else { continue }
            for event in ledger.take(step) { try await send(event) }
        }
        if changes.fellBehind {
            throw OxbowError(
                .tooLarge, "events: the client reads too slowly (more than \(EventBroadcast.backlog) wait for it)")
        }
        if Task.isCancelled { throw OxbowError(.cancelled, "events: given up by the client") }
        throw OxbowError(.runtimeDown, "events: the runtime is shutting down")
    }

    /// What is there when a client begins to listen.
    private func note(_ record: ContainerRecord, in ledger: inout EventLedger) async {
        guard let sandbox = await keep(record, in: &ledger) else { return }
        let phase: PodPhase =
            switch record.state {
            case .created: .created
            case .running: .started
            case .exited: .stopped
            }
        ledger.know(PodChange(id: record.id, sandbox: sandbox, phase: phase, time: 0))
    }

    /// nil: not a pod's.
    private func step(_ change: CoreEvent, in ledger: inout EventLedger) async -> PodChange? {
        guard let sandbox = await keep(change.record, in: &ledger) else { return nil }
        let phase: PodPhase =
            switch change.action {
            case .created: .created
            case .started: .started
            case .exited: .stopped
            case .removed: .deleted
            }
        // Reading it has put the document back into the table.
        if phase == .deleted { documents.forget(change.record.id) }
        await refresh(sandbox, but: change.record.id, in: &ledger)
        return PodChange(id: change.record.id, sandbox: sandbox, phase: phase, time: change.time)
    }

    /// Gives the ledger the status that a record stands for.
    /// - Returns: the sandbox that the record belongs to; nil when it is not a pod's.
    private func keep(_ record: ContainerRecord, in ledger: inout EventLedger) async -> String? {
        switch documents.document(of: record) {
        case .sandbox(let document):
            ledger.keep(Sandbox(record: record, document: document).status)
            return record.id
        case .container(let document):
            // An image that is gone leaves its container its name.
            let image = (try? await core.image(record.spec.image.description)) ?? nil
            ledger.keep(PodContainer(record: record, document: document).status(image: image), in: document.sandbox)
            return document.sandbox
        case nil: return nil
        }
    }

    /// The others of the pod are told as they are now: what an update changed makes no event of its own.
    private func refresh(_ sandbox: String, but changed: String, in ledger: inout EventLedger) async {
        for id in ledger.members(of: sandbox) where id != changed {
            if let record = await core.container(id) { _ = await keep(record, in: &ledger) }
        }
    }
}
