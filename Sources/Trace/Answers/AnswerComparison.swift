import CRI

/// Compares a recorded answer with a new one in what matters to a client: codes, states, exit codes, reasons, labels,
/// which objects a list holds, whether there is an image or an address. Ids, times, addresses, sizes, messages and
/// free-form information are each runtime's own.
struct AnswerComparison {
    let step: ReplayPlan.Step
    let plan: ReplayPlan
    /// After this call's own answer has been learnt.
    let identities: Identities

    private(set) var differences: [Difference] = []

    init(step: ReplayPlan.Step, plan: ReplayPlan, identities: Identities) {
        self.step = step
        self.plan = plan
        self.identities = identities
    }

    static func differences(
        _ step: ReplayPlan.Step, replayed: TraceCall.Outcome, plan: ReplayPlan, identities: Identities
    ) -> [Difference] {
        var comparison = AnswerComparison(step: step, plan: plan, identities: identities)
        comparison.compare(replayed)
        return comparison.differences
    }

    private mutating func compare(_ replayed: TraceCall.Outcome) {
        switch (step.call.outcome, replayed) {
        case (.answer(let old), .answer(let new)): compare(old, new)
        case (.failure(let old, _), .failure(let new, _)): note("code", "\(old)", "\(new)")
        case (.failure(let old, _), _): note("code", "\(old)", "0")
        case (_, .failure(let new, let message)): note("code", "0", "\(new): \(message)")
        // How many messages a stream carries until its client leaves is a matter of time.
        case (.messages, _), (_, .messages): return
        }
    }

    private mutating func compare(_ old: JSONValue, _ new: JSONValue) {
        switch step.call.name {
        case "Status": compareConditions(old, new)
        case "ContainerStatus": compareContainer(old, new)
        case "PodSandboxStatus": compareSandbox(old, new)
        case "ListContainers": compareLists(old, new, key: "containers", home: "pod_sandbox_id")
        case "ListPodSandbox": compareLists(old, new, key: "items", home: "id")
        case "ListContainerStats": compareStatistics(old, new)
        case "ImageStatus":
            guard !step.unsteady.contains(RecordedLives.images) else { return }
            note("image", presence(old["image"]), presence(new["image"]))
        case "PullImage": note("image_ref", presence(old["image_ref"]), presence(new["image_ref"]))
        case "ImageFsInfo":
            note("image_filesystems", presence(old["image_filesystems"]), presence(new["image_filesystems"]))
        case "ExecSync":
            for field in ["exit_code", "stdout", "stderr"] { note(field, old[field]?.plain, new[field]?.plain) }
        default: return
        }
    }

    private mutating func compareConditions(_ old: JSONValue, _ new: JSONValue) {
        func conditions(_ value: JSONValue) -> [String: String] {
            let list = value.value(at: "status", "conditions")?.array ?? []
            return Dictionary(
                list.map { ($0.string(at: "type") ?? "", $0["status"]?.plain ?? "false") }, uniquingKeysWith: { $1 })
        }
        let now = conditions(new)
        for (type, status) in conditions(old).sorted(by: { $0.key < $1.key }) {
            note("status.conditions[\(type)]", status, now[type])
        }
    }

    private mutating func compareContainer(_ old: JSONValue, _ new: JSONValue) {
        guard let old = old["status"], let new = new["status"] else {
            return note("status", presence(old["status"]), presence(new["status"]))
        }
        let id = old.string(at: "id") ?? ""
        guard !step.unsteady.contains(plan.homes[id] ?? "") else { return }
        compareState(of: id, "status.state", old, new)
        if old.string(at: "state") == "CONTAINER_EXITED" {
            for field in ["exit_code", "reason"] { note("status.\(field)", old[field]?.plain, new[field]?.plain) }
        }
        note("status.image_ref", presence(old["image_ref"]), presence(new["image_ref"]))
        note(
            "status.metadata.attempt", old.value(at: "metadata", "attempt")?.plain,
            new.value(at: "metadata", "attempt")?.plain)
        note("status.mounts", "\(old["mounts"]?.array?.count ?? 0)", "\(new["mounts"]?.array?.count ?? 0)")
        for field in ["labels", "annotations"] { comparePairs("status.\(field)", of: id, old[field], new[field]) }
    }

    private mutating func compareSandbox(_ old: JSONValue, _ new: JSONValue) {
        guard let old = old["status"], let new = new["status"] else {
            return note("status", presence(old["status"]), presence(new["status"]))
        }
        let id = old.string(at: "id") ?? ""
        guard !step.unsteady.contains(id) else { return }
        note("status.state", old.string(at: "state") ?? Self.ready, new.string(at: "state") ?? Self.ready)
        if old.string(at: "state") ?? Self.ready == Self.ready {
            note(
                "status.network.ip", presence(old.value(at: "network", "ip")), presence(new.value(at: "network", "ip")))
        }
        for field in ["labels", "annotations"] { comparePairs("status.\(field)", of: id, old[field], new[field]) }
    }

    /// Objects of this replay and no others: a runtime may have pods that are none of ours.
    private mutating func compareLists(_ old: JSONValue, _ new: JSONValue, key: String, home: String) {
        let recorded = Dictionary(
            (old[key]?.array ?? []).map { ($0.string(at: "id") ?? "", $0) }, uniquingKeysWith: { $1 })
        let names = Dictionary(
            identities.sandboxes.map { ($1, $0) } + identities.containers.map { ($1, $0) }, uniquingKeysWith: { $1 })
        var replayed: [String: JSONValue] = [:]
        for entry in new[key]?.array ?? [] {
            if let name = names[entry.string(at: "id") ?? ""] { replayed[name] = entry }
        }
        for id in Set(recorded.keys).union(replayed.keys).sorted() {
            let sandbox = key == "items" ? id : plan.homes[id] ?? ""
            guard !step.unsteady.contains(sandbox) else { continue }
            let was = recorded[id]
            let now = replayed[id]
            let label = "\(key)[\(Self.name(of: was ?? now))]"
            if let was, let now {
                if key == "items" {
                    note(label + ".state", was.string(at: "state") ?? Self.ready, now.string(at: "state") ?? Self.ready)
                } else {
                    compareState(of: id, label + ".state", was, now)
                }
            } else if !plan.shortLived.contains(id) {
                note(label, presence(was), presence(now))
            }
        }
    }

    /// The CRI asks for the figures of what runs; some runtimes go on to list what has ended.
    private mutating func compareStatistics(_ old: JSONValue, _ new: JSONValue) {
        let names = Dictionary(identities.containers.map { ($1, $0) }, uniquingKeysWith: { $1 })
        func ids(_ value: JSONValue) -> [String] {
            (value["stats"]?.array ?? []).compactMap { $0.string(at: "attributes", "id") }
        }
        let recorded = Set(ids(old))
        let replayed = Set(ids(new).compactMap { names[$0] })
        for id in recorded.union(replayed).sorted() {
            guard !step.unsteady.contains(plan.homes[id] ?? ""), !plan.shortLived.contains(id),
                plan.ends[id] ?? .max > step.call.end
            else { continue }
            note(
                "stats[\(id.prefix(12))]", recorded.contains(id) ? Self.present : nil,
                replayed.contains(id) ? Self.present : nil)
        }
    }

    /// A container that ends by itself may have come further than in the recording, which is nobody's fault; that it
    /// has not come as far cannot be, since the replay waited for it.
    private mutating func compareState(of id: String, _ field: String, _ old: JSONValue, _ new: JSONValue) {
        let was = old.string(at: "state") ?? Self.created
        let now = new.string(at: "state") ?? Self.created
        if plan.shortLived.contains(id), was == "CONTAINER_RUNNING", now == "CONTAINER_EXITED" { return }
        note(field, was, now)
    }

    /// Labels that the client gave must come back; what a runtime adds is its own.
    private mutating func comparePairs(_ field: String, of id: String, _ old: JSONValue?, _ new: JSONValue?) {
        let given = plan.given[id] ?? []
        let was = Dictionary((old?.members ?? []).map { ($0.name, $0.value.plain) }, uniquingKeysWith: { $1 })
        let now = Dictionary((new?.members ?? []).map { ($0.name, $0.value.plain) }, uniquingKeysWith: { $1 })
        for key in Set(was.keys).union(now.keys).intersection(given).sorted() {
            note("\(field)[\(key)]", was[key], now[key])
        }
    }

    private mutating func note(_ field: String, _ recorded: String?, _ replayed: String?) {
        guard recorded != replayed else { return }
        differences.append(
            Difference(
                sequence: step.call.sequence, method: step.call.name, field: field, recorded: recorded,
                replayed: replayed))
    }

    private func presence(_ value: JSONValue?) -> String? {
        guard let value, value.string != "", value.array?.isEmpty != true else { return nil }
        return Self.present
    }

    private static func name(of entry: JSONValue?) -> String {
        let name = entry?.string(at: "metadata", "name") ?? entry?.string(at: "id") ?? "?"
        return "\(name)/\(entry?.value(at: "metadata", "attempt")?.plain ?? "0")"
    }

    private static let present = "present"
    private static let ready = "SANDBOX_READY"
    private static let created = "CONTAINER_CREATED"
}
