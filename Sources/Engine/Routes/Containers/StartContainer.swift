import CNI
import Core
import DockerAPI
import Faults
import HTTPServer
import Linux
import Logging
import NIOCore
import NIOHTTP1

extension Engine {
    /// `POST /containers/{id}/start`
    @Sendable func startContainer(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        guard record.state != .running else { throw Refusal(.notModified) }
        var document = documents.document(of: record)
        if document.stoppedByClient {
            document.stoppedByClient = false
            try await core.updateExtension(record.id, try DockerJSON.text(document))
        }
        try await begin(record, document)
        return Answer.empty(.noContent)
    }

    /// Starts a container: whoever waits to attach is connected before its process begins.
    /// - Throws: `Refusal` in Docker's words when it cannot be run; a container that removes itself is gone then.
    func begin(_ record: ContainerRecord, _ document: ContainerDocument) async throws {
        do {
            try await checkPeers(of: record)
            let others = await core.containers()
            if let conflict = try PortClaims.conflict(of: record, running: others, probe: Self.probe) {
                throw Refusal(.internalServerError, conflict)
            }
            try await openLog(record, document)
            try await core.start(record.id) {
                await logs.attend(record.id)
                await nameAddresses(of: record.id, document)
                await connectWaiting(record.id)
            }
        } catch {
            attaches.dismiss(record.id)
            if document.hostConfig.autoRemove, !restarts.isHeld(record.id) {
                do { try await core.remove(record.id, force: true) } catch {
                    logger.error("container \(record.id.prefix(12)): cannot remove itself: \(error)")
                }
            }
            throw Self.startRefusal(error)
        }
    }

    private func openLog(_ record: ContainerRecord, _ document: ContainerDocument) async throws {
        do { try await logs.open(record, LogOptions(of: document)) } catch {
            throw Refusal(.internalServerError, "failed to initialize logging driver: \(error)")
        }
    }

    private static func startRefusal(_ error: any Error) -> any Error {
        // What the request itself got wrong keeps its status; the runtime's own words decide the rest.
        guard let error = error as? OxbowError, [.ours, .badRequest, .unsupported].contains(error.kind) else {
            return error
        }
        let failure = StartFailure(error.message)
        return Refusal(failure.status, failure.message)
    }

    /// Namespaces can only be joined while the process that has them lives.
    private func checkPeers(of record: ContainerRecord) async throws {
        var peers: [(kind: String, id: String)] = []
        if case .container(let id) = record.spec.network { peers.append(("network", id)) }
        if case .container(let id) = record.spec.namespaces.ipc { peers.append(("IPC", id)) }
        if case .container(let id) = record.spec.namespaces.pid { peers.append(("PID", id)) }
        for (kind, id) in peers {
            guard let peer = await core.container(id) else { throw OxbowError(.missing, "No such container: \(id)") }
            guard peer.state == .running else {
                let state = ContainerStatus(of: peer, isRestarting: false, now: 0).word
                throw OxbowError(
                    .wrongState,
                    "cannot join \(kind) namespace of a non running container: container \(peer.spec.name) is \(state)")
            }
        }
    }

    private func connectWaiting(_ id: String) async {
        for waiter in attaches.takeAll(id) {
            do {
                waiter.streams.set(try await core.attach(id, input: waiter.input))
            } catch {
                logger.warning("container \(id.prefix(12)): cannot attach: \(error)")
                waiter.streams.set(nil)
            }
        }
    }

    /// Writes the container's address into its hosts file: in place, since the file is bound into the container.
    private func nameAddresses(of id: String, _ document: ContainerDocument) async {
        guard let record = await core.container(id), case .pod = record.spec.network, let network = record.network,
            !record.hostsPath.isEmpty
        else { return }
        let text = EtcText.hosts(
            hostname: document.config.hostname, domainname: document.config.domainname, addresses: network.addresses,
            extra: document.hostConfig.extraHosts ?? [], gateway: network.gateway)
        do {
            try await blocking { try OpenFile.truncating(record.hostsPath).append(ByteBuffer(string: text)) }
        } catch {
            // The container runs as well without its own name.
            logger.warning("container \(id.prefix(12)): cannot write hosts: \(error)")
        }
    }
}
