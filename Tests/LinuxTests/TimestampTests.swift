import Testing

@testable import Linux

@Suite("Wall-clock time as the protocols write it")
struct TimestampTests {
    @Test(
        "nanoseconds and RFC 3339 turn into each other",
        arguments: [
            (1_795_492_051_736_958_861, "2026-11-24T03:47:31.736958861Z"), (1_000_000_000, "1970-01-01T00:00:01Z"),
            (951_782_400_500_000_000, "2000-02-29T00:00:00.5Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
            (0, "0001-01-01T00:00:00Z"), (.max, "2262-04-11T23:47:16.854775807Z"),
        ] as [(Int64, String)])
    func bothWays(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text)?.nanoseconds == nanoseconds)
    }

    @Test("an offset is taken off")
    func offset() {
        #expect(Timestamp(rfc3339: "1970-01-01T02:00:01+02:00")?.nanoseconds == 1_000_000_000)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026-11-24", "2026-13-01T00:00:00Z", "2026-11-24T03:47:31", "2026-11-24T03:47:31.Z",
            "9999-12-31T00:00:00Z", "2262-04-11T23:47:16.999999999Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
