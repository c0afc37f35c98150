import CRI

/// What the recording shows about its own meaning, worked out before the first call is played.
struct ReplayPlan: Sendable {
    /// One call, with what must hold before it is sent so that its answer can mean the same.
    struct Step: Sendable {
        let call: TraceCall
        /// Ends of life that the recorded answer shows: the replay waits until they have come here too.
        var awaited: [EndOfLife] = []
        /// StartContainer of the container that this call stops, and how long the recording left between the two.
        var settling: (start: Int, gap: Duration)?
        /// Sandboxes (and `RecordedLives.images`) that other calls changed meanwhile: what this call says of them is a
        /// matter of chance.
        var unsteady: Set<String> = []
    }

    struct EndOfLife: Sendable, Hashable {
        enum Kind: Sendable { case sandbox, container }
        let kind: Kind
        /// As the recording calls it.
        let id: String
    }

    let header: TraceHeader
    private(set) var steps: [Step]
    /// Containers that ended by themselves: that they run is true only for a while.
    let shortLived: Set<String>
    /// Container → when the recording first stopped it or showed its end, microseconds.
    let ends: [String: Int]
    /// Container → sandbox, as the recording calls them.
    let homes: [String: String]
    /// Sandbox or container → keys of the labels and annotations that the client gave it.
    let given: [String: Set<String>]
    let schedule: ReplaySchedule

    init(_ trace: Trace) {
        header = trace.header
        steps = trace.calls.map { Step(call: $0) }
        let history = RecordedLives(trace.calls)
        schedule = ReplaySchedule(
            spans: trace.calls.map { ($0.start, $0.end) }, makers: history.makers(of: trace.calls))
        given = history.given
        shortLived = history.endedByThemselves
        homes = history.homes
        ends = history.ends
        for index in steps.indices {
            steps[index].awaited = history.ends(shownBy: steps[index].call)
            steps[index].unsteady = history.unsteady(during: steps[index].call)
            if steps[index].call.name == "StopContainer" {
                steps[index].settling = history.startBefore(steps[index].call)
            }
        }
    }
}
