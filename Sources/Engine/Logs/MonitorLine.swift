import DockerAPI
import Linux

/// One line of the file that a container's monitor writes: `<time> stdout|stderr F|P <text>`, P for a part of a line.
struct MonitorLine: Equatable {
    /// In UTC with `Z`, the fraction without trailing zeros: as Docker's file has it.
    var time: String
    var stream: StreamFrame.Stream
    var isPartial: Bool
    /// Without line end.
    var text: ArraySlice<UInt8>

    /// - Parameter line: without its line end.
    /// - Returns: nil for what is no such line: a file cut by a crash may hold one.
    init?(_ line: ArraySlice<UInt8>) {
        let space = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: space), let time = Self.time(line[..<first]),
            let second = line[(first + 1)...].firstIndex(of: space),
            let third = line[(second + 1)...].firstIndex(of: space)
        else { return nil }
        let stream = line[(first + 1)..<second]
        if stream.elementsEqual("stdout".utf8) {
            self.stream = .stdout
        } else if stream.elementsEqual("stderr".utf8) {
            self.stream = .stderr
        } else {
            return nil
        }
        // Tags may be joined by colons; the first says whether the line was cut.
        switch line[(second + 1)..<third].split(separator: UInt8(ascii: ":")).first?.first {
        case UInt8(ascii: "F"): isPartial = false
        case UInt8(ascii: "P"): isPartial = true
        default: return nil
        }
        self.time = time
        text = line[(third + 1)...]
    }

    /// conmon writes the host's local time with nine digits; most hosts keep UTC, for which no arithmetic is needed.
    private static func time(_ bytes: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.count == 35, text.hasSuffix("+00:00"),
            text.utf8[text.utf8.index(text.startIndex, offsetBy: 19)]
                == UInt8(ascii: ".")
        else { return Timestamp(rfc3339: text)?.rfc3339 }
        var digits = text.utf8.dropLast(6)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits.last == UInt8(ascii: ".") { digits.removeLast() }
        return String(Substring(digits)) + "Z"
    }
}
