import CNI
package import Core
package import Faults
import Linux
import Synchronization

extension FakeCore {
    package func create(_ spec: ContainerSpec) async throws(OxbowError) -> ContainerRecord {
        try note(.create(name: spec.name), .create)
        let record = try state.withLock { state -> Result<ContainerRecord, OxbowError> in
            if !spec.name.isEmpty, let holder = state.records.values.first(where: { $0.spec.name == spec.name }) {
                return .failure(OxbowError(.taken, "name: in use by container \(holder.id) (\(spec.name))"))
            }
            guard state.images.contains(where: { $0.id == spec.image }) else {
                return .failure(OxbowError(.missing, "image: no such image (\(spec.image))"))
            }
            guard !spec.process.arguments.isEmpty else {
                return .failure(OxbowError(.badRequest, "arguments: required"))
            }
            state.counter += 1
            let id = spec.id.isEmpty ? FakeCore.id(state.counter) : spec.id
            let folder = "\(state.facts.root)/containers/\(id)"
            var record = ContainerRecord(
                id: id, spec: spec, state: .created, createdAt: state.tick(),
                overlay: OverlayPaths(
                    lower: ["\(state.facts.root)/layers/1"], upper: "\(folder)/upper", work: "\(folder)/work",
                    merged: "\(folder)/rootfs"))
            record.rootfsPath = record.overlay.merged
            let home = state.folder.map { "\($0)/\(id)" } ?? folder
            if state.folder != nil {
                do throws(SystemFailure) { try Files.makeFolders(home) } catch {
                    return .failure(OxbowError(.ours, "fake: \(error)"))
                }
            }
            record.logPath = spec.log.enabled ? (spec.log.path.isEmpty ? "\(home)/log" : spec.log.path) : ""
            record.cgroupPath = (spec.cgroupParent.isEmpty ? "/oxbow" : spec.cgroupParent) + "/\(id)"
            record.runtime = spec.runtimeHandler.isEmpty ? state.facts.defaultRuntime : spec.runtimeHandler
            if spec.etc.resolvConf != nil { record.resolvConfPath = "\(folder)/resolv.conf" }
            if spec.etc.hosts != nil { record.hostsPath = "\(folder)/hosts" }
            if spec.etc.hostname != nil { record.hostnamePath = "\(folder)/hostname" }
            if case .pod = spec.network { record.networkNamespace = "/run/oxbow/netns/\(id)" }
            state.records[id] = record
            state.order.append(id)
            return .success(record)
        }.get()
        broadcast.send(CoreEvent(action: .created, record: record, time: record.createdAt))
        return record
    }

    package func start(_ id: String, beforeStart: @escaping @Sendable () async -> Void) async throws(OxbowError) {
        do {
            try note(.start(id), .start)
        } catch {
            // As the real core: a failed start leaves its reason in the record.
            _ = try? change(id) { _, record in
                record.startError = error.message
                return .success(())
            }
            throw error
        }
        try change(id) { _, record in
            record.state == .running
                ? .failure(OxbowError(.wrongState, "container: already running (\(id))")) : .success(())
        }
        await beforeStart()
        let (record, life, streams) = try change(id) { state, record in
            state.counter += 1
            record.state = .running
            record.pid = Int32(1000 + state.counter)
            record.startedAt = state.tick()
            record.finishedAt = 0
            record.exitCode = 0
            record.startError = ""
            if case .pod = record.spec.network {
                record.network = .init(
                    addresses: ["10.87.0.\(state.counter)"], macAddress: "02:42:0a:57:00:01", gateway: "10.87.0.1",
                    prefixLength: 16)
            }
            state.exits[id] = Latch()
            return .success((record, state.life(record.spec), state.streams[id] ?? []))
        }
        broadcast.send(CoreEvent(action: .started, record: record, time: record.startedAt))
        if case .ends(let code, let output) = life {
            for chunk in output { for each in streams { each.push(chunk) } }
            end(id, code: code, oomKilled: false)
        }
    }

    package func signal(_ id: String, _ signal: Int32) async throws(OxbowError) {
        try note(.signal(id, signal), .signal)
        try change(id) { _, record in
            record.state == .running
                ? .success(()) : .failure(OxbowError(.wrongState, "container: not running (\(id))"))
        }
        // SIGKILL, SIGTERM, SIGINT and SIGQUIT end the process; others pass.
        if [9, 15, 2, 3].contains(signal) { end(id, code: 128 + signal, oomKilled: false) }
    }

    package func stop(_ id: String, grace: Duration) async throws(OxbowError) {
        try note(.stop(id, grace: grace), .stop)
        try change(id) { _, record in
            record.network = nil
            return .success(())
        }
        end(id, code: grace == .zero ? 137 : 143, oomKilled: false)
    }

    package func remove(_ id: String, force: Bool) async throws(OxbowError) {
        try note(.remove(id, force: force), .remove)
        guard let record = await container(id) else { return }
        if record.state == .running {
            guard force else { throw OxbowError(.wrongState, "container: running (\(id))") }
            end(id, code: 137, oomKilled: false)
        }
        let time = state.withLock { state in
            state.records[id] = nil
            state.order.removeAll { $0 == id }
            return state.tick()
        }
        broadcast.send(CoreEvent(action: .removed, record: record, time: time))
    }

    package func container(_ id: String) async -> ContainerRecord? { state.withLock { $0.records[id] } }

    package func containers() async -> [ContainerRecord] {
        state.withLock { state in state.order.compactMap { state.records[$0] } }
    }

    package func briefs() async -> [ContainerBrief] { await containers().map(ContainerBrief.init) }

    package func exit(of id: String) async throws(OxbowError) -> ContainerRecord {
        let latch = try change(id) { state, record -> Result<Latch<Int32>?, OxbowError> in
            if record.state == .exited { return .success(nil) }
            if state.exits[id] == nil { state.exits[id] = Latch() }
            return .success(state.exits[id])
        }
        if let latch, await latch.wait() == nil { throw OxbowError(.cancelled, "wait: cancelled") }
        guard let record = await container(id) else {
            throw OxbowError(.missing, "container: no such container (\(id))")
        }
        return record
    }

    package func updateResources(_ id: String, _ resources: ResourceLimits) async throws(OxbowError) {
        try note(.updateResources(id, resources), .updateResources)
        try change(id) { _, record in
            record.spec.resources = resources
            return .success(())
        }
    }

    package func reopenLog(_ id: String) async throws(OxbowError) {
        try note(.reopenLog(id))
        try change(id) { _, record in
            record.state == .running
                ? .success(()) : .failure(OxbowError(.wrongState, "container: not running (\(id))"))
        }
    }

    package func updateExtension(_ id: String, _ document: String) async throws(OxbowError) {
        try note(.updateExtension(id, document))
        try change(id) { _, record in
            record.spec.extensionDocument = document
            return .success(())
        }
    }

    package func runtimeDocument(_ id: String) async throws(OxbowError) -> String? {
        try change(id) { _, record in .success(record.pid == 0 ? nil : #"{"ociVersion":"1.0.2"}"#) }
    }

    package func rename(_ id: String, to name: String) async throws(OxbowError) {
        try note(.rename(id, name))
        try change(id) { state, record -> Result<Void, OxbowError> in
            if let holder = state.records.values.first(where: { $0.spec.name == name && $0.id != id }) {
                return .failure(OxbowError(.taken, "name: in use by container \(holder.id) (\(name))"))
            }
            record.spec.name = name
            return .success(())
        }
    }
}
