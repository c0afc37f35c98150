import NIOCore

/// The `grpc-timeout` header: one to eight digits and a unit.
/// - Source: gRPC over HTTP/2, "Timeout".
enum CallTimeout {
    private static let nanoseconds: [(unit: UInt8, each: Int64)] = [
        (UInt8(ascii: "n"), 1), (UInt8(ascii: "u"), 1_000), (UInt8(ascii: "m"), 1_000_000),
        (UInt8(ascii: "S"), 1_000_000_000), (UInt8(ascii: "M"), 60_000_000_000), (UInt8(ascii: "H"), 3_600_000_000_000),
    ]
    private static let largest: Int64 = 99_999_999

    /// - Returns: nil for anything but `digits{1,8} unit`.
    static func parse(_ text: String) -> Duration? {
        let bytes = text.utf8
        guard (2...9).contains(bytes.count), let unit = bytes.last,
            let scale = nanoseconds.first(where: { $0.unit == unit })
        else { return nil }
        var count: Int64 = 0
        for byte in bytes.dropLast() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            count = count * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        // Eight digits of hours are past 64 bits of nanoseconds, and no clock of ours counts that far.
        let (product, overflow) = count.multipliedReportingOverflow(by: scale.each)
        return .nanoseconds(overflow ? Int64.max : product)
    }

    /// In the finest unit that eight digits can hold, rounded up so that the server never gives up first.
    static func format(_ timeout: Duration) -> String {
        let wanted = max(0, TimeAmount(timeout).nanoseconds)
        for (unit, each) in nanoseconds {
            let count = wanted / each + (wanted % each == 0 ? 0 : 1)
            if count <= largest { return "\(count)\(Character(Unicode.Scalar(unit)))" }
        }
        return "\(largest)H"
    }
}
