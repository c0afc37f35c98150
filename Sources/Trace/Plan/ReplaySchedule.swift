/// Which calls may start, given which have ended.
///
/// The rule: a call starts once every call that had ended before it started in the recording has ended in the replay.
/// That keeps the order that the client could rely on, and lets overlap what overlapped. Calls are named by their
/// position in the order of start.
///
/// A client may also learn an id before the call that makes it has answered: from a list. A call that uses such an id
/// waits for its maker, and so do the calls after it.
struct ReplaySchedule: Sendable, Equatable {
    /// Calls in the order in which they ended in the recording.
    private let endOrder: [Int]
    /// For each call: how many leading members of `endOrder` it waits for. Never falls from one call to the next.
    private let needs: [Int]
    /// For each call: calls before it that make what its request names.
    private let makers: [[Int]]
    private var ended: [Bool]
    /// How many leading members of `endOrder` have all ended in the replay.
    private var frontier = 0
    private var nextToStart = 0

    /// - Parameters:
    ///   - spans: start and end of each call in the recording, microseconds, ascending by start.
    ///   - makers: call → calls that make what its request names; those at or after it are passed over.
    init(spans: [(start: Int, end: Int)], makers: [Int: [Int]] = [:]) {
        endOrder = spans.indices.sorted { (spans[$0].end, $0) < (spans[$1].end, $1) }
        var needs: [Int] = []
        needs.reserveCapacity(spans.count)
        var passed = 0
        for (index, span) in spans.enumerated() {
            // A call that began and ended in one microsecond ends before nothing that began with it, least of all itself.
            while passed < endOrder.count, endOrder[passed] < index, spans[endOrder[passed]].end <= span.start {
                passed += 1
            }
            needs.append(passed)
        }
        self.needs = needs
        self.makers = spans.indices.map { call in (makers[call] ?? []).filter { $0 < call } }
        ended = Array(repeating: false, count: spans.count)
    }

    /// Calls that may start now and have not been handed out yet, in the order of start.
    mutating func startable() -> Range<Int> {
        let first = nextToStart
        while nextToStart < needs.count, needs[nextToStart] <= frontier,
            makers[nextToStart].allSatisfy({ ended[$0] })
        {
            nextToStart += 1
        }
        return first..<nextToStart
    }

    /// Notes the end of a call. A second end of the same call is nobody's fault and changes nothing.
    mutating func end(_ call: Int) {
        ended[call] = true
        while frontier < endOrder.count, ended[endOrder[frontier]] { frontier += 1 }
    }

    var isFinished: Bool { frontier == endOrder.count }
}
