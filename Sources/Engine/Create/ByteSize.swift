/// A size as people write it in options: `10m`, `1g`, `512k`, `100`; powers of 1024.
struct ByteSize: Equatable {
    var count: Int64

    init?(parsing text: String) {
        var digits = text.lowercased()[...]
        if digits.hasSuffix("b"), digits.count > 1 { digits.removeLast() }
        var factor: Int64 = 1
        if let unit = digits.last, let power = ["k": 1, "m": 2, "g": 3, "t": 4][unit] {
            digits.removeLast()
            factor = 1 << (10 * power)
        }
        guard !digits.hasPrefix("+"), let number = Int64(digits), number >= 0 else { return nil }
        let (count, overflows) = number.multipliedReportingOverflow(by: factor)
        guard !overflows else { return nil }
        self.count = count
    }
}
