import Linux

/// Times as Docker writes and reads them.
enum DockerTime {
    /// RFC 3339; 0 is Docker's zero time.
    static func text(_ nanoseconds: Int64) -> String { Timestamp(nanoseconds: nanoseconds).rfc3339 }

    /// With exactly nine digits of fraction, as log lines carry it.
    static func fixedWidth(_ time: Timestamp) -> String {
        let text = time.rfc3339.dropLast()
        guard let point = text.lastIndex(of: ".") else { return text + ".000000000Z" }
        let digits = text.distance(from: point, to: text.endIndex) - 1
        return text + String(repeating: "0", count: max(0, 9 - digits)) + "Z"
    }

    /// `seconds[.fraction]` since 1970, or RFC 3339; nil for anything else. Before 1970 no event lies.
    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if (1...2).contains(parts.count), let seconds = Int64(parts[0]), seconds >= 0, !parts[0].hasPrefix("+") {
            let fraction = parts.count == 2 ? parts[1] : "0"
            guard fraction.utf8.count <= 9, let number = Int64(fraction), number >= 0,
                seconds <= Int64.max / 1_000_000_000 - 1
            else { return nil }
            let scale = (fraction.utf8.count..<9).reduce(Int64(1)) { scale, _ in scale * 10 }
            return Timestamp(nanoseconds: seconds * 1_000_000_000 + number * scale)
        }
        return Timestamp(rfc3339: text)
    }

    /// `Up` how long: whole units, the larger the rougher.
    static func span(nanoseconds: Int64) -> String {
        let seconds = max(0, nanoseconds) / 1_000_000_000
        let (minutes, hours) = (seconds / 60, (seconds + 1800) / 3600)
        return switch true {
        case seconds < 1: "Less than a second"
        case seconds == 1: "1 second"
        case seconds < 60: "\(seconds) seconds"
        case minutes == 1: "About a minute"
        case minutes < 60: "\(minutes) minutes"
        case hours == 1: "About an hour"
        case hours < 48: "\(hours) hours"
        case hours < 24 * 7 * 2: "\(hours / 24) days"
        case hours < 24 * 30 * 2: "\(hours / 24 / 7) weeks"
        case hours < 24 * 365 * 2: "\(hours / 24 / 30) months"
        default: "\(hours / 24 / 365) years"
        }
    }
}
