import Core
import DockerAPI
import Linux
import Logging

extension Engine {
    /// Takes over the logs of the containers that an engine before us has left. To be done before anybody is answered.
    package func open() async {
        for record in await core.containers() {
            await logs.adopt(record, LogOptions(of: documents.document(of: record)))
        }
    }

    /// What the engine does beside answering requests, until its task is cancelled: containers that remove or restart
    /// themselves, events, and work that outlives its request. The daemon runs it once, beside the server.
    package func run() async {
        await emptyUploads()
        await withDiscardingTaskGroup { group in
            group.addTask { await work.run() }
            group.addTask { await logs.run { try await core.reopenLog($0) } }
            group.addTask { await followCore() }
        }
    }

    /// What an engine that died was receiving.
    private func emptyUploads() async {
        do { try await blocking { [uploads] in try Files.removeTree(uploads) } } catch {
            logger.warning("uploads: cannot be emptied: \(error)")
        }
    }

    /// A listener that fell behind is ended by the core: it begins anew, which looks at all containers again.
    private func followCore() async {
        while !Task.isCancelled {
            let changes = core.events()
            await catchUp()
            logs.wakeAll()
            for await change in changes { await follow(change) }
        }
    }

    /// What happened while no engine was there: containers that were to remove themselves ended, those with a restart
    /// policy did too.
    private func catchUp() async {
        for record in await core.containers() where record.state == .exited { await settle(record) }
    }

    private func follow(_ change: CoreEvent) async {
        let document = documents.document(of: change.record)
        switch change.action {
        case .created: events.record(.container("create", change.record, document, at: change.time))
        case .started:
            restarts.started(change.record.id, at: change.time)
            events.record(.container("start", change.record, document, at: change.time))
        case .exited:
            logs.wake(change.record.id)
            events.record(
                .container(
                    "die", change.record, document, at: change.time,
                    attributes: ["exitCode": "\(change.record.exitCode)"]))
            await settle(change.record)
        case .removed:
            logs.forget(change.record.id)
            attaches.dismiss(change.record.id)
            execs.forget(container: change.record.id)
            documents.forget(change.record.id)
            summaries.forget(change.record.id)
            restarts.forget(change.record.id)
            events.record(.container("destroy", change.record, document, at: change.time))
        }
    }

    /// What a container asked for when it ends: to be removed, to be started again, or nothing.
    private func settle(_ record: ContainerRecord) async {
        let document = documents.document(of: record)
        if document.hostConfig.autoRemove {
            guard !restarts.isHeld(record.id) else { return }
            work.add { await removeItself(record) }
            return
        }
        guard !document.stoppedByClient,
            let pause = restarts.next(record, policy: document.hostConfig.restartPolicy, count: document.restartCount)
        else { return }
        work.add { await startAgain(record.id, after: pause) }
    }

    private func removeItself(_ record: ContainerRecord) async {
        guard removals.begin(record.id) else { return }
        defer { removals.end(record.id) }
        do {
            try await core.remove(record.id, force: true)
        } catch {
            logger.error("container \(record.id.prefix(12)): cannot remove itself: \(error)")
        }
    }

    private func startAgain(_ id: String, after pause: Duration) async {
        // Ends early only when the daemon stops.
        guard (try? await Task.sleep(for: pause)) != nil, restarts.mayStart(id),
            let record = await core.container(id), record.state == .exited
        else { return restarts.gaveUp(id) }
        var document = documents.document(of: record)
        document.restartCount += 1
        do {
            try await core.updateExtension(id, try DockerJSON.text(document))
            try await begin(record, document)
            restarts.gaveUp(id)
        } catch {
            logger.warning("container \(id.prefix(12)): cannot be started again: \(error)")
            guard
                let next = restarts.next(
                    record, policy: document.hostConfig.restartPolicy, count: document.restartCount)
            else { return restarts.gaveUp(id) }
            work.add { await startAgain(id, after: next) }
        }
    }
}
