import Testing

@testable import GRPC

@Suite("grpc-timeout")
struct CallTimeoutTests {
    @Test(
        "each unit is read",
        arguments: [
            ("1n", Duration.nanoseconds(1)), ("20u", .microseconds(20)), ("300m", .milliseconds(300)),
            ("7S", .seconds(7)),
            ("2M", .seconds(120)), ("1H", .seconds(3600)), ("0S", .zero), ("99999999S", .seconds(99_999_999)),
            ("120000m", .seconds(120)), ("1998633u", .microseconds(1_998_633)), ("00000001n", .nanoseconds(1)),
        ])
    func units(text: String, expected: Duration) {
        #expect(CallTimeout.parse(text) == expected)
    }

    @Test("more hours than a clock can count are as many as it can")
    func forever() {
        #expect(CallTimeout.parse("99999999H") == .nanoseconds(Int64.max))
    }

    @Test(
        "anything else is malformed",
        arguments: ["", "S", "1", "-1S", "+1S", "1s", "1x", " 1S", "1 S", "1.5S", "123456789S", "1SS", "١S", "0x1S"])
    func malformed(text: String) {
        #expect(CallTimeout.parse(text) == nil)
    }

    @Test(
        "a timeout is written in the finest unit that eight digits hold, rounded up",
        arguments: [
            (Duration.nanoseconds(5), "5n"), (.milliseconds(50), "50000000n"), (.milliseconds(100), "100000u"),
            (.nanoseconds(100_000_001), "100001u"), (.seconds(120), "120000m"), (.seconds(99_999_999), "99999999S"),
            (.seconds(-3), "0n"), (.nanoseconds(Int64.max), "2562048H"),
        ])
    func format(timeout: Duration, expected: String) {
        #expect(CallTimeout.format(timeout) == expected)
    }
}
