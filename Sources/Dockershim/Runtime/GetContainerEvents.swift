package import CRI
package import CRIServer
import DockerAPI
package import Faults
import Logging

extension Dockershim {
    /// Every change from the moment of the call, until the client goes away. A daemon that restarts meanwhile is waited
    /// for, and what happened while nobody listened is made up for by comparing.
    /// - Throws: `.tooLarge` for a client that reads so slowly that `EventFeed.backlog` events wait for it.
    package func getContainerEvents(
        _ request: GetEventsRequest, _ context: CallContext,
        send: @Sendable (ContainerEventResponse) async throws(OxbowError) -> Void
    ) async throws(OxbowError) {
        try await serve(context) {
            try requireNewEra("GetContainerEvents")
            let feed = EventFeed(docker: docker, clock: clock, log: log)
            let (signals, input) = AsyncStream.makeStream(
                of: EventFeed.Signal.self, bufferingPolicy: .bufferingOldest(EventFeed.backlog))
            async let fed: Void = {
                // Ends the stream whichever way it ends, so that the loop below ends too.
                defer { input.finish() }
                try await feed.run(into: input)
            }()
            var teller = EventTeller(bridge: self, context: context)
            for await signal in signals {
                for event in try await teller.take(signal) { try await send(event) }
            }
            do { try await fed } catch is EventFeed.Overrun {
                throw BridgeFailure(
                    .tooLarge, "events: the client reads too slowly (more than \(EventFeed.backlog) wait for it)")
            }
        }
    }
}

/// Turns the daemon's signals into the CRI's events.
struct EventTeller {
    let bridge: Dockershim
    let context: CallContext
    private var ledger = EventLedger()

    init(bridge: Dockershim, context: CallContext) {
        self.bridge = bridge
        self.context = context
    }

    mutating func take(_ signal: EventFeed.Signal) async throws -> [ContainerEventResponse] {
        switch signal {
        case .opened(let first):
            let listed: [PodChange]
            do {
                listed = try await list()
            } catch {
                guard !first else { throw error }
                // It has gone again; the next connection compares.
                bridge.log.debug("events: docker cannot be listed", metadata: ["error": "\(error)"])
                return []
            }
            if first {
                for change in listed { ledger.know(change) }
                return []
            }
            var events: [ContainerEventResponse] = []
            for change in ledger.missed(by: listed, at: bridge.clock.wall()) {
                events += try await tell(change, attributes: [:])
            }
            return events
        case .event(let event, let replayed):
            guard let sandbox = sandbox(of: event) else { return [] }
            guard let phase = Self.phase(of: event.action) else {
                // An update: a container's limits are part of its status.
                try await look(event.actor.id, in: sandbox)
                return []
            }
            if replayed, let known = ledger.phase(of: event.actor.id, in: sandbox), phase <= known { return [] }
            let change = PodChange(id: event.actor.id, sandbox: sandbox, phase: phase, time: event.timeNano)
            return try await tell(change, attributes: event.actor.attributes)
        }
    }

    private static func phase(of action: String) -> PodPhase? {
        switch action {
        case "create": .created
        case "start": .started
        case "die": .stopped
        case "destroy": .deleted
        default: nil
        }
    }

    private func sandbox(of event: EventMessage) -> String? {
        switch event.actor.attributes[DockerLabels.type] {
        case DockerLabels.sandboxType: event.actor.id
        case DockerLabels.containerType: event.actor.attributes[DockerLabels.sandboxID]
        default: nil
        }
    }

    /// Everything that is a pod's, sandboxes before their containers.
    private func list() async throws -> [PodChange] {
        let found = try await bridge.docker.containers(all: true, filters: ["label": [DockerLabels.type]])
        return found.reversed().compactMap { summary in
            let isSandbox = summary.labels?[DockerLabels.type] == DockerLabels.sandboxType
            guard let sandbox = isSandbox ? summary.id : summary.labels?[DockerLabels.sandboxID] else { return nil }
            let phase: PodPhase =
                switch summary.state {
                case "created": .created
                case "running", "paused", "restarting": .started
                default: .stopped
                }
            return PodChange(id: summary.id, sandbox: sandbox, phase: phase, time: summary.created * 1_000_000_000)
        }
    }

    /// Looks at whatever the change's events are to tell, and makes them.
    private mutating func tell(
        _ change: PodChange, attributes: [String: String]
    ) async throws -> [ContainerEventResponse] {
        if change.phase < .deleted {
            try await look(change.id, in: change.sandbox)
            if !change.isSandbox, ledger.containerStatus(change.id, in: change.sandbox) == nil {
                ledger.keep(Self.status(of: change, attributes), in: change.sandbox)
            }
            // It ended and went before it could be looked at, or was looked at too early.
            if !change.isSandbox, change.phase == .stopped,
                var status = ledger.containerStatus(change.id, in: change.sandbox), status.state != .containerExited
            {
                status.end(change, attributes)
                ledger.keep(status, in: change.sandbox)
            }
        }
        if ledger.sandboxStatus(change.sandbox).map({ $0.network?.ip.isEmpty ?? true }) ?? true {
            // A sandbox's address is not known until its network is attached, which comes after its start.
            try await look(change.sandbox, in: change.sandbox)
        }
        for id in ledger.unseen(in: change.sandbox) where id != change.id { try await look(id, in: change.sandbox) }
        return ledger.take(change)
    }

    /// Keeps the present status; what is gone keeps its last one.
    private mutating func look(_ id: String, in sandbox: String) async throws {
        do {
            if id == sandbox {
                let asked = PodSandboxStatusRequest(podSandboxId: id)
                if let status = try await bridge.podSandboxStatus(asked, context).status { ledger.keep(status) }
            } else {
                let asked = ContainerStatusRequest(containerId: id)
                if let status = try await bridge.containerStatus(asked, context).status {
                    ledger.keep(status, in: sandbox)
                }
            }
        } catch {
            switch error.kind {
            case .missing: break
            case .runtimeDown, .ours:
                // The daemon has gone in the middle; what is known is told.
                bridge.log.debug("events: no status", metadata: ["id": "\(id)", "error": "\(error)"])
            default: throw error
            }
        }
    }

    /// Of a container that was gone before it could be looked at: what its event says.
    private static func status(of change: PodChange, _ attributes: [String: String]) -> CRI.ContainerStatus {
        let (labels, annotations) = DockerLabels.read(
            attributes.filter { $0.key != "image" && $0.key != "name" && $0.key != "exitCode" })
        let name = ObjectName(parsing: "/" + (attributes["name"] ?? ""))
        return CRI.ContainerStatus(
            id: change.id, metadata: name?.containerMetadata,
            state: change.phase == .created ? .containerCreated : .containerRunning, createdAt: change.time,
            image: ImageSpec(image: attributes["image"] ?? ""), labels: labels, annotations: annotations)
    }
}

extension CRI.ContainerStatus {
    fileprivate mutating func end(_ change: PodChange, _ attributes: [String: String]) {
        state = .containerExited
        finishedAt = change.time
        exitCode = attributes["exitCode"].flatMap { Int32($0) } ?? 0
        reason = exitCode == 0 ? "Completed" : "Error"
    }
}
