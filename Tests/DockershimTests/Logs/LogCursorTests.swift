import Testing

@testable import Dockershim

@Suite struct LogCursorTests {
    /// A daemon's log as instants, told from `since` on.
    private func told(_ log: [Int64], _ cursor: LogCursor) -> [Int64] {
        var replay = cursor.replay
        return log.filter { $0 >= cursor.since ?? 0 }.filter { !replay.has($0) }
    }

    @Test("wherever writing stopped, exactly the rest is wanted", arguments: [1, 2, 40])
    func everyStop(_ same: Int) {
        // Several entries of one instant, and two streams a little out of order.
        let log = (0..<400).map { Int64($0 / same * 10 + ($0.isMultiple(of: 3) ? 25 : 0)) }
        for stop in stride(from: 0, through: log.count, by: 7) {
            var cursor = LogCursor()
            for instant in log[..<stop] { cursor.note(instant) }
            #expect(told(log, cursor) == Array(log[stop...]), "stopped at \(stop)")
        }
    }

    @Test("what is remembered has a limit")
    func limit() {
        var cursor = LogCursor()
        for instant in 1...10_000 { cursor.note(Int64(instant)) }
        var replay = cursor.replay
        var remembered = 0
        for instant in 1...10_000 where replay.has(Int64(instant)) { remembered += 1 }
        #expect((LogCursor.kept...LogCursor.limit).contains(remembered))
        #expect(cursor.query?.hasPrefix("0.00000") == true)
    }

    @Test("entries that the daemon has thrown away are not waited for")
    func rotatedAway() {
        var cursor = LogCursor()
        for instant in [10, 20, 20, 30] as [Int64] { cursor.note(instant) }
        #expect(told([20, 30, 40], cursor) == [40])
    }

    @Test("a file's own lines tell what was written, its end alone too")
    func fromLines() {
        func line(_ second: Int) -> String { "2026-11-24T04:40:\(second + 10).000000000Z stdout F x\n" }
        let whole = Array([1, 2, 2, 3].map(line).joined().utf8)
        var cursor = LogCursor()
        let first = LogEntry(Array("2026-11-24T04:40:11.000000000Z x\n".utf8)[...], isErrorOutput: false)
        let all = cursor.note(lines: whole[...], isWhole: true)
        #expect(all)
        #expect(cursor.since == nil && first?.instant == 1_795_495_211_000_000_000)
        var tail = LogCursor()
        let enough = tail.note(lines: whole[...], isWhole: false)
        #expect(enough)
        // Before the first line of a tail there may be more of its instant.
        #expect(tail.since == (first?.instant ?? 0) + 2_000_000_000)
        var same = LogCursor()
        let tooLittle = same.note(lines: Array([2, 2].map(line).joined().utf8)[...], isWhole: false)
        #expect(!tooLittle)
    }

    @Test("the query has nine digits of a second")
    func query() {
        var cursor = LogCursor()
        #expect(cursor.query == nil)
        for instant in 0...Int64(LogCursor.limit) { cursor.note(1_795_494_029_000_000_001 + instant) }
        #expect(cursor.query == "1795494029.000000066")
    }
}
