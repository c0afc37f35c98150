import CRI

/// The lives of the recording's sandboxes and containers, read off its calls.
struct RecordedLives {
    private struct Container {
        var sandbox: String
        /// Position of the StartContainer call, and when it ended.
        var started: (call: Int, at: Int)?
        /// Start of the first call that stops it or its sandbox.
        var stopped: Int?
        var removed: Int?
        /// Start of the first call whose answer shows it exited.
        var seenExited: Int?
    }

    private struct Change {
        let call: Int
        let start: Int
        let end: Int
        /// The sandbox that it touches, or `images`.
        let subject: String
    }

    /// Stands for every image, where others name a sandbox.
    static let images = "images"

    /// Calls that change what other calls answer.
    private static let changing: Set<String> = [
        "RunPodSandbox", "StopPodSandbox", "RemovePodSandbox", "CreateContainer", "StartContainer", "StopContainer",
        "RemoveContainer", "PullImage", "RemoveImage",
    ]

    private var containers: [String: Container] = [:]
    /// Sandbox → end of its RunPodSandbox.
    private var sandboxes: [String: Int] = [:]
    private var changes: [Change] = []
    /// Sandbox or container → position of the call that made it.
    private var made: [String: Int] = [:]
    /// Sandbox or container → keys of the labels and annotations that the client gave it.
    private(set) var given: [String: Set<String>] = [:]

    init(_ calls: [TraceCall]) {
        for (index, call) in calls.enumerated() where call.succeeded { note(call, index) }
        // A second pass: containers are known only once the whole recording has been read.
        for call in calls where Self.changing.contains(call.name) {
            let subject = call.method.hasPrefix("ImageService/") ? Self.images : sandbox(of: call) ?? ""
            changes.append(Change(call: call.sequence, start: call.start, end: call.end, subject: subject))
        }
        for call in calls {
            for end in shownEnds(call) where end.kind == .container {
                let earlier = containers[end.id]?.seenExited ?? .max
                containers[end.id]?.seenExited = min(earlier, call.start)
            }
        }
    }

    private mutating func note(_ call: TraceCall, _ index: Int) {
        let container = call.request.string(at: "container_id") ?? ""
        let sandbox = call.request.string(at: "pod_sandbox_id") ?? ""
        switch call.name {
        case "RunPodSandbox":
            guard let id = call.answer?.string(at: "pod_sandbox_id") else { return }
            sandboxes[id] = call.end
            note(id, madeBy: call, index)
        case "CreateContainer":
            guard let id = call.answer?.string(at: "container_id") else { return }
            containers[id] = Container(sandbox: sandbox)
            note(id, madeBy: call, index)
        case "StartContainer": containers[container]?.started = (index, call.end)
        case "StopContainer":
            let earlier = containers[container]?.stopped ?? .max
            containers[container]?.stopped = min(earlier, call.start)
        case "RemoveContainer": containers[container]?.removed = call.start
        case "StopPodSandbox":
            for (id, value) in containers where value.sandbox == sandbox {
                containers[id]?.stopped = min(value.stopped ?? .max, call.start)
            }
        default: return
        }
    }

    private mutating func note(_ id: String, madeBy call: TraceCall, _ index: Int) {
        made[id] = index
        given[id] = Set(
            ["labels", "annotations"].flatMap { call.request.value(at: "config", $0)?.members ?? [] }.map(\.name))
    }

    /// Call → the calls that made what its request names.
    func makers(of calls: [TraceCall]) -> [Int: [Int]] {
        var makers: [Int: [Int]] = [:]
        for (index, call) in calls.enumerated() {
            let named = Set(call.request.allStrings).compactMap { made[$0] }
            if !named.isEmpty { makers[index] = named.sorted() }
        }
        return makers
    }

    private func sandbox(of call: TraceCall) -> String? {
        if let id = call.request.string(at: "pod_sandbox_id") { return id }
        if let id = call.request.string(at: "container_id") { return containers[id]?.sandbox }
        return call.answer?.string(at: "pod_sandbox_id")
    }

    var endedByThemselves: Set<String> {
        Set(
            containers.compactMap { id, container in
                guard let seen = container.seenExited, seen <= container.stopped ?? .max else { return nil }
                return id
            })
    }

    /// Sandboxes that other calls changed, in the recording, while this one ran; `images` for images.
    func unsteady(during call: TraceCall) -> Set<String> {
        Set(
            changes.filter { change in
                change.start < call.end && call.start < change.end && change.call != call.sequence
            }.map(\.subject))
    }

    /// Container → when the recording first stopped it or showed its end.
    var ends: [String: Int] {
        containers.compactMapValues { container in
            [container.stopped, container.seenExited].compactMap { $0 }.min()
        }
    }

    /// Container → its sandbox.
    var homes: [String: String] { containers.mapValues(\.sandbox) }

    /// The StartContainer of the container that `stop` stops: its position, and the time from its end to the stop.
    func startBefore(_ stop: TraceCall) -> (start: Int, gap: Duration)? {
        guard let id = stop.request.string(at: "container_id"), let started = containers[id]?.started,
            started.at <= stop.start
        else { return nil }
        return (started.call, .microseconds(stop.start - started.at))
    }

    func ends(shownBy call: TraceCall) -> [ReplayPlan.EndOfLife] {
        shownEnds(call) + absentEnds(call)
    }

    /// Ends of life that an answer states. What has not begun yet looks ended on some runtimes and is none.
    private func shownEnds(_ call: TraceCall) -> [ReplayPlan.EndOfLife] {
        guard let answer = call.answer else { return [] }
        let (entries, kind): ([JSONValue], ReplayPlan.EndOfLife.Kind)
        switch call.name {
        case "ContainerStatus": (entries, kind) = ([answer["status"] ?? [:]], .container)
        case "PodSandboxStatus": (entries, kind) = ([answer["status"] ?? [:]], .sandbox)
        case "ListContainers": (entries, kind) = (answer["containers"]?.array ?? [], .container)
        case "ListPodSandbox": (entries, kind) = (answer["items"]?.array ?? [], .sandbox)
        default: return []
        }
        return entries.compactMap { entry in
            guard let id = entry.string(at: "id"), let begun = beginning(of: id, kind), begun <= call.start else {
                return nil
            }
            let state = entry.string(at: "state")
            return state == (kind == .container ? "CONTAINER_EXITED" : "SANDBOX_NOTREADY")
                ? .init(kind: kind, id: id) : nil
        }
    }

    private func beginning(of id: String, _ kind: ReplayPlan.EndOfLife.Kind) -> Int? {
        switch kind {
        case .container: containers[id]?.started?.at
        case .sandbox: sandboxes[id]
        }
    }

    /// A list of what runs tells by what it leaves out.
    private func absentEnds(_ call: TraceCall) -> [ReplayPlan.EndOfLife] {
        guard call.name == "ListContainers", let answer = call.answer, let filter = call.request["filter"],
            filter.string(at: "state", "state") == "CONTAINER_RUNNING", filter.members?.count == 1
        else { return [] }
        let listed = Set((answer["containers"]?.array ?? []).compactMap { $0.string(at: "id") })
        return containers.filter { id, container in
            guard let started = container.started, started.at <= call.start, !listed.contains(id) else { return false }
            return container.removed ?? .max > call.end
        }.map { .init(kind: .container, id: $0.key) }.sorted { $0.id < $1.id }
    }
}
