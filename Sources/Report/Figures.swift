/// Numbers as the tables show them.
enum Figures {
    /// Milliseconds: two digits after the point below 10, one below 100, none above.
    static func milliseconds(_ value: Double) -> String {
        // The bounds are where rounding would add a digit.
        if value < 9.995 { return decimal(value, digits: 2) }
        return value < 99.95 ? decimal(value, digits: 1) : decimal(value, digits: 0)
    }

    static func mebibytes(_ value: Double) -> String { decimal(value, digits: 1) }

    static func seconds(_ value: Double) -> String { decimal(value, digits: 2) }

    /// `2.71×`, or a dash.
    static func ratio(_ value: Double?) -> String { value.map { decimal($0, digits: 2) + "×" } ?? none }

    static func ratio(_ old: Double?, _ direct: Double?) -> String {
        guard let old, let direct, direct > 0 else { return none }
        return ratio(old / direct)
    }

    static let none = "–"

    /// - Parameter digits: 0…3 after the point.
    static func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return none }
        let scale = [1.0, 10, 100, 1000][min(max(digits, 0), 3)]
        let scaled = Int64((abs(value) * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let whole = scaled / Int64(scale)
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(scaled % Int64(scale))
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
