import NIOCore
import Testing

@testable import GRPC

@Suite("Frames without content")
struct FloodGuardTests {
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    func allowed(_ noise: FloodGuard.Noise, _ flood: inout FloodGuard, at now: NIODeadline, of count: Int = 2000) -> Int
    {
        (0..<count).prefix { _ in flood.permits(noise, at: now) }.count
    }

    @Test("each kind has its own allowance")
    func allowances() {
        var flood = FloodGuard(FloodAllowance(), now: start)
        #expect(allowed(.ping, &flood, at: start) == 100)
        #expect(allowed(.settings, &flood, at: start) == 50)
        #expect(allowed(.emptyFrame, &flood, at: start) == 500)
        #expect(allowed(.reset, &flood, at: start) == 500)
    }

    @Test("an allowance fills again with time, up to its size")
    func refill() {
        var flood = FloodGuard(FloodAllowance(), now: start)
        _ = allowed(.reset, &flood, at: start)
        #expect(allowed(.reset, &flood, at: start + .milliseconds(999)) == 0)
        #expect(allowed(.reset, &flood, at: start + .seconds(2)) == 60)
        #expect(allowed(.reset, &flood, at: start + .hours(5000)) == 500)
    }

    @Test("data excuses pings, settings and empty frames, not resets")
    func data() {
        var flood = FloodGuard(FloodAllowance(), now: start)
        for noise in FloodGuard.Noise.allCases { _ = allowed(noise, &flood, at: start) }
        flood.dataMoved()
        #expect(allowed(.ping, &flood, at: start) == 100)
        #expect(allowed(.settings, &flood, at: start) == 50)
        #expect(allowed(.emptyFrame, &flood, at: start) == 500)
        #expect(allowed(.reset, &flood, at: start) == 0)
    }
}
