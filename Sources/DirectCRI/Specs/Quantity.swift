/// A Kubernetes quantity: digits, an optional fraction and a suffix (`k M G T P E`, `Ki Mi Gi Ti Pi Ei`, `m`).
enum Quantity {
    /// - Returns: the whole number of units, rounded up; nil when malformed or too large.
    static func parse(_ text: String) -> UInt64? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits), number >= 0, let factor = factor(text.dropFirst(digits.count)) else {
            return nil
        }
        return UInt64(exactly: (number * factor).rounded(.up))
    }

    private static func factor(_ suffix: Substring) -> Double? {
        if suffix.isEmpty { return 1 }
        if suffix == "m" { return 0.001 }
        let decimal = ["k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6]
        if let power = decimal[String(suffix)] { return (0..<power).reduce(1.0) { value, _ in value * 1000 } }
        let binary = ["Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6]
        if let power = binary[String(suffix)] { return (0..<power).reduce(1.0) { value, _ in value * 1024 } }
        return nil
    }
}
