import Glibc

/// Wall-clock time as the two protocols write it.
package struct Timestamp: Sendable, Codable, Hashable, Comparable {
    /// Nanoseconds since 1970 in UTC; 0 means "never".
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let never = Timestamp(nanoseconds: 0)
    /// Docker's zero time.
    private static let zeroText = "0001-01-01T00:00:00Z"

    package static func now() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

    /// RFC 3339 in UTC, the fraction without trailing zeros; `never` is Docker's zero time.
    package var rfc3339: String {
        guard self != .never else { return Self.zeroText }
        let seconds = nanoseconds.floorDivided(by: 1_000_000_000)
        let fraction = nanoseconds - seconds * 1_000_000_000
        let days = seconds.floorDivided(by: 86400)
        let (year, month, day) = Self.civil(fromDays: days)
        let clock = seconds - days * 86400
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
        text += "\(padded(clock / 3600, 2)):\(padded(clock / 60 % 60, 2)):\(padded(clock % 60, 2))"
        if fraction > 0 {
            var digits = padded(fraction, 9)
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    /// Accepts an offset (`+02:00`) as well as `Z`, up to nine digits of a second, and Docker's zero time as `never`.
    package init?(rfc3339 text: String) {
        guard text != Self.zeroText else {
            self = .never
            return
        }
        var rest = Substring(text)
        func number(_ digits: Int, then separator: String) -> Int64? {
            let part = rest.prefix(digits)
            guard part.count == digits, part.allSatisfy(\.isASCIIDigit), let value = Int64(part) else { return nil }
            rest = rest.dropFirst(digits)
            guard rest.hasPrefix(separator) else { return nil }
            rest = rest.dropFirst(separator.count)
            return value
        }
        guard let year = number(4, then: "-"), let month = number(2, then: "-"), (1...12).contains(month),
            let day = number(2, then: "T"), (1...31).contains(day), let hour = number(2, then: ":"), hour < 24,
            let minute = number(2, then: ":"), minute < 60, let second = number(2, then: ""), second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if rest.hasPrefix(".") {
            let digits = rest.dropFirst().prefix(while: \.isASCIIDigit)
            guard (1...9).contains(digits.count),
                let value = Int64(digits + String(repeating: "0", count: 9 - digits.count))
            else { return nil }
            fraction = value
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Self.offset(rest) else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
        guard Self.civil(fromDays: days) == (year, month, day) else { return nil }  // The 30th of February.
        // Int64 nanoseconds end in April 2262.
        let (scaled, tooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, beyond) = scaled.addingReportingOverflow(fraction)
        guard !tooFar, !beyond else { return nil }
        self.init(nanoseconds: sum)
    }

    /// `2006-01-02T15:04:05.000000000Z` and nothing else: how logs write it, read without making text of it.
    package init?(fixedWidth bytes: ArraySlice<UInt8>) {
        guard bytes.count == 30, bytes.last == UInt8(ascii: "Z") else { return nil }
        var isNumber = true
        func number(_ offset: Int, _ count: Int) -> Int64 {
            bytes.dropFirst(offset).prefix(count).reduce(0) { sum, byte in
                if !(0x30...0x39).contains(byte) { isNumber = false }
                return sum * 10 + Int64(byte & 15)
            }
        }
        let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
        let clock = number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2)
        let fraction = number(20, 9)
        // Int64 nanoseconds end in April 2262.
        guard isNumber, (1...12).contains(month), (1...31).contains(day), (1970..<2262).contains(year) else {
            return nil
        }
        let days = Self.days(year: year, month: month, day: day)
        self.init(nanoseconds: (days * 86400 + clock) * 1_000_000_000 + fraction)
    }

    private static func offset(_ text: Substring) -> Int64? {
        if text == "Z" { return 0 }
        let parts = text.dropFirst().split(separator: ":")
        guard let sign = text.first, sign == "+" || sign == "-", parts.count == 2, let hours = Int64(parts[0]),
            let minutes = Int64(parts[1]), (0..<24).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        return (sign == "+" ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    /// Days since 1970-01-01 of a date of the Gregorian calendar, years counted from March so that the leap day is last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.floorDivided(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
