package import CRI

/// What a client of GetContainerEvents has been told, and what the next event has to say.
///
/// Every event carries the statuses of its whole pod, so the ledger keeps the last ones known. As with containerd, a
/// sandbox is told of once it is up, created and started together, and one that never came up not at all; a container
/// that is deleted is no longer among the statuses, while a deleted sandbox's own status stays in its last event, since a
/// kubelet finds the pod by it.
package struct EventLedger: Sendable {
    private struct Pod {
        var status: PodSandboxStatus?
        var phase: PodPhase?
        var containers: [String: Member] = [:]
    }
    private struct Member {
        var status: ContainerStatus?
        var phase: PodPhase
    }
    private var pods: [String: Pod] = [:]

    package init() {}

    // MARK: What is known

    package func phase(of id: String, in sandbox: String) -> PodPhase? {
        guard let pod = pods[sandbox] else { return nil }
        return id == sandbox ? pod.phase : pod.containers[id]?.phase
    }
    package func sandboxStatus(_ id: String) -> PodSandboxStatus? { pods[id]?.status }
    package func containerStatus(_ id: String, in sandbox: String) -> ContainerStatus? {
        pods[sandbox]?.containers[id]?.status
    }
    /// A pod's sandbox, when its status is known, and its containers.
    package func members(of sandbox: String) -> [String] {
        guard let pod = pods[sandbox] else { return [] }
        return (pod.status == nil ? [] : [sandbox]) + pod.containers.keys.sorted()
    }
    /// Containers of a pod that are known without a status.
    package func unseen(in sandbox: String) -> [String] {
        (pods[sandbox]?.containers ?? [:]).filter { $0.value.status == nil }.keys.sorted()
    }
    /// The sandbox of a container that is known.
    package func sandbox(of container: String) -> String? {
        pods.first { $0.value.containers[container] != nil }?.key
    }

    /// Takes note of a status without telling anything. A container counts as created by then.
    package mutating func keep(_ status: PodSandboxStatus) { pods[status.id, default: Pod()].status = status }
    package mutating func keep(_ status: ContainerStatus, in sandbox: String) {
        pods[sandbox, default: Pod()].containers[status.id, default: Member(phase: .created)].status = status
    }
    /// Takes note of what was there before the client asked.
    package mutating func know(_ change: PodChange) { advance(change) }

    // MARK: What is told

    /// The events that a change makes.
    package mutating func take(_ change: PodChange) -> [ContainerEventResponse] {
        let before = phase(of: change.id, in: change.sandbox)
        advance(change)
        defer { if change.phase == .deleted { forget(change) } }
        guard change.isSandbox else { return [event(change, change.phase)] }
        switch change.phase {
        case .created: return []
        case .started: return [event(change, .created), event(change, .started)]
        case .stopped, .deleted: return (before ?? .started) >= .started ? [event(change, change.phase)] : []
        }
    }

    /// What must have happened for things to be as they are listed, step by step and container by container: the changes
    /// that an interrupted stream of them did not bring. Without those that are known.
    package func missed(by listed: [PodChange], at time: Int64) -> [PodChange] {
        var changes: [PodChange] = []
        func steps(_ change: PodChange, after known: PodPhase?, through last: PodPhase) {
            for phase in PodPhase.allCases where phase <= last && known.map({ phase > $0 }) ?? true {
                changes.append(PodChange(id: change.id, sandbox: change.sandbox, phase: phase, time: time))
            }
        }
        for change in listed {
            steps(change, after: phase(of: change.id, in: change.sandbox), through: change.phase)
        }
        let present = Set(listed.map(\.id))
        for (sandbox, pod) in pods.sorted(by: { $0.key < $1.key }) {
            var gone = pod.containers.sorted { $0.key < $1.key }.map { ($0.key, $0.value.phase) }
            if let phase = pod.phase { gone.append((sandbox, phase)) }
            for (id, known) in gone where !present.contains(id) {
                let last = PodChange(id: id, sandbox: sandbox, phase: .deleted, time: time)
                // What was running was stopped to be deleted; of what was only created nobody can say.
                if known == .created { changes.append(last) } else { steps(last, after: known, through: .deleted) }
            }
        }
        return changes
    }

    private mutating func advance(_ change: PodChange) {
        var pod = pods[change.sandbox] ?? Pod()
        if change.isSandbox {
            pod.phase = max(pod.phase ?? change.phase, change.phase)
            if change.phase >= .stopped { pod.status?.state = .sandboxNotready }
        } else {
            var member = pod.containers[change.id] ?? Member(phase: change.phase)
            member.phase = max(member.phase, change.phase)
            pod.containers[change.id] = member
            if change.phase == .deleted { pod.containers[change.id] = nil }
        }
        pods[change.sandbox] = pod
    }

    private mutating func forget(_ change: PodChange) {
        if change.isSandbox {
            pods[change.id] = nil
        } else if let pod = pods[change.sandbox], pod.phase == nil, pod.status == nil, pod.containers.isEmpty {
            // Its sandbox went first.
            pods[change.sandbox] = nil
        }
    }

    private func event(_ change: PodChange, _ phase: PodPhase) -> ContainerEventResponse {
        let pod = pods[change.sandbox]
        let type: ContainerEventType =
            switch phase {
            case .created: .containerCreatedEvent
            case .started: .containerStartedEvent
            case .stopped: .containerStoppedEvent
            case .deleted: .containerDeletedEvent
            }
        return ContainerEventResponse(
            containerId: change.id, containerEventType: type, createdAt: change.time, podSandboxStatus: pod?.status,
            containersStatuses: (pod?.containers ?? [:]).values.compactMap(\.status).sorted {
                ($0.createdAt, $0.id) < ($1.createdAt, $1.id)
            })
    }
}
