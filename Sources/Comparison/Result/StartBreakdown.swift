import CRI

/// What a daemon wrote about where the time of its container starts went:
/// `{"operations":{"start":{"whole":{"n":…,"total_ms":…},"steps":{STEP:{"n":…,"total_ms":…}}}}}`.
struct StartBreakdown: Sendable {
    /// Step → milliseconds of all creates and starts together.
    private var totals: [String: Double] = [:]
    private var whole = 0.0

    /// What belongs to a pod's start; stops and removals do not.
    private static let operations = ["create", "start"]

    /// The daemon's steps in the order of a start, with what does the work.
    private static let steps = [
        ("record", "documents written (daemon)"), ("snapshot", "overlay (daemon)"),
        ("namespace", "network namespace (daemon)"), ("bundle", "bundle (daemon)"),
        ("runtimeCreate", "conmon and runtime create (programs)"), ("network", "CNI plugins (programs)"),
        ("runtimeStart", "runtime start (program)"),
    ]

    init(_ document: JSONValue) {
        for name in Self.operations {
            let operation = document.value(at: "operations", name)
            whole += Self.number(operation?.value(at: "whole", "total_ms"))
            for step in operation?["steps"]?.members ?? [] {
                totals[step.name, default: 0] += Self.number(step.value["total_ms"])
            }
        }
    }

    private static func number(_ value: JSONValue?) -> Double { value.flatMap { Double($0.plain) } ?? 0 }

    /// Means of one pod, in the order of a start. Steps overlap: their sum may be more than the whole.
    ///
    /// - Parameters:
    ///   - pods: started by the daemon in its life.
    ///   - podStart: milliseconds of a whole pod start at the client; what the daemon's steps do not explain is the CRI,
    ///     a bridge, and waiting between calls.
    func steps(pods: Int, podStart: Double?) -> [(step: String, milliseconds: Double)] {
        guard pods > 0, whole > 0 else { return [] }
        let known = Self.steps.map(\.0)
        let others = totals.keys.filter { !known.contains($0) }.sorted().map { ($0, $0) }
        var result: [(step: String, milliseconds: Double)] = (Self.steps + others).compactMap { name, label in
            totals[name].map { (label, $0 / Double(pods)) }
        }
        result.append(("creates and starts, whole", whole / Double(pods)))
        if let podStart { result.append(("CRI, bridge, waiting: the rest", podStart - whole / Double(pods))) }
        return result
    }
}
