import Testing

@testable import Trace

@Suite("Replay schedule")
struct ReplayScheduleTests {
    @Test("calls in sequence start one by one")
    func sequence() {
        var schedule = ReplaySchedule(spans: [(0, 10), (10, 20), (25, 30)])
        #expect(schedule.startable() == 0..<1)
        #expect(schedule.startable() == 1..<1)
        schedule.end(0)
        #expect(schedule.startable() == 1..<2)
        schedule.end(1)
        #expect(schedule.startable() == 2..<3)
        #expect(!schedule.isFinished)
        schedule.end(2)
        #expect(schedule.isFinished)
    }

    @Test("calls that overlapped start together, and what followed both waits for both")
    func overlap() {
        // 0: ────────    1:   ──    2:      ── (after 1, during 0)    3:          ── (after all)
        var schedule = ReplaySchedule(spans: [(0, 100), (20, 40), (50, 60), (110, 120)])
        #expect(schedule.startable() == 0..<2)
        schedule.end(1)
        #expect(schedule.startable() == 2..<3)
        schedule.end(2)
        #expect(schedule.startable() == 3..<3)
        schedule.end(0)
        #expect(schedule.startable() == 3..<4)
    }

    @Test("a call that ends early in the replay lets nothing start before its turn")
    func endsOutOfOrder() {
        // In the recording 1 ended before 0; 2 began between the two ends, 3 after both.
        var schedule = ReplaySchedule(spans: [(0, 100), (10, 50), (60, 130), (101, 120)])
        #expect(schedule.startable() == 0..<2)
        schedule.end(0)
        #expect(schedule.startable() == 2..<2)
        schedule.end(1)
        #expect(schedule.startable() == 2..<4)
    }

    @Test("calls of no length at one instant do not wait for each other's successors")
    func instants() {
        var schedule = ReplaySchedule(spans: [(5, 5), (5, 5), (6, 7)])
        #expect(schedule.startable() == 0..<1)
        schedule.end(0)
        #expect(schedule.startable() == 1..<2)
        schedule.end(1)
        #expect(schedule.startable() == 2..<3)
    }

    @Test("ending a call twice changes nothing")
    func endsTwice() {
        var schedule = ReplaySchedule(spans: [(0, 1), (2, 3), (4, 5)])
        _ = schedule.startable()
        schedule.end(0)
        schedule.end(0)
        #expect(schedule.startable() == 1..<2)
    }

    @Test("a call that names what a call still under way makes waits for it, and what comes after waits too")
    func makers() {
        var schedule = ReplaySchedule(spans: [(0, 100), (10, 20), (30, 40), (50, 60)], makers: [2: [0], 1: [1, 3]])
        #expect(schedule.startable() == 0..<2)
        schedule.end(1)
        #expect(schedule.startable() == 2..<2)
        schedule.end(0)
        #expect(schedule.startable() == 2..<3)
        schedule.end(2)
        #expect(schedule.startable() == 3..<4)
    }

    @Test("an empty trace is finished from the start")
    func empty() {
        var schedule = ReplaySchedule(spans: [])
        #expect(schedule.isFinished)
        #expect(schedule.startable() == 0..<0)
    }

    @Test("whatever order the calls end in, every call starts once and after those it must follow", arguments: 0..<20)
    func everyOrder(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let starts = (0..<40).map { _ in Int.random(in: 0..<200, using: &random) }.sorted()
        let spans = starts.map { (start: $0, end: $0 + Int.random(in: 0..<40, using: &random)) }
        var schedule = ReplaySchedule(spans: spans)
        var running: Set<Int> = []
        var done: Set<Int> = []
        var started: [Int] = []
        while !schedule.isFinished {
            for call in schedule.startable() {
                for other in 0..<call where spans[other].end <= spans[call].start {
                    #expect(done.contains(other), "\(call) began before \(other) ended")
                }
                started.append(call)
                running.insert(call)
            }
            guard let one = running.sorted().randomElement(using: &random) else {
                Issue.record("nothing runs and the schedule is not finished")
                return
            }
            running.remove(one)
            done.insert(one)
            schedule.end(one)
        }
        #expect(started == Array(0..<40))
    }
}

/// A small generator with a seed, so that a failing order can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
