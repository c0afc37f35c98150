import Faults
import Core
import Testing

@Suite struct BreakdownTests {
    @Test("timings are summed up by operation and step, and start again after a reset")
    func sums() throws {
        let breakdown = StartBreakdown()
        var timings = LaunchTimings()
        timings.nanoseconds = [.network: 2_000_000, .snapshot: 500_000]
        timings.total = 3_000_000
        breakdown.add(timings, to: .start)
        breakdown.add(timings, to: .start)
        #expect(breakdown.totals[.start]?.whole.count == 2)
        #expect(breakdown.totals[.start]?.steps[.network]?.nanoseconds == 4_000_000)
        let text = String(decoding: try breakdown.document(), as: UTF8.self)
        #expect(text.contains(#""format" : "oxbow.start-breakdown""#) && text.contains(#""total_ms" : 6"#))
        #expect(timings.text == "snapshot=500µs network=2000µs total=3000µs")
        breakdown.reset()
        #expect(breakdown.totals.isEmpty)
    }

    @Test("a deadline ends what takes too long, and lets the rest be")
    func deadline() async {
        let late = await Deadline.run(.milliseconds(1)) { () async throws(OxbowError) -> Int in
            await Latch<Int>().wait() ?? 0
        }
        #expect(throws: OxbowError.self) { try late.get() }
        let early = await Deadline.run(.seconds(60)) { () async throws(OxbowError) -> Int in 5 }
        #expect((try? early.get()) == 5)
    }
}
