import CRI
import FoundationEssentials

/// A line of a recording, with its answer as text: answers are most of a recording, and most are read only by the bridge.
struct RecordedLine {
    /// All members but `response`.
    var head: JSONValue
    /// JSON text.
    var response: String?

    init(_ line: Data) throws {
        if let cut = Self.cut(line) {
            self = cut
        } else {
            head = try JSONValue(parsing: String(decoding: line, as: UTF8.self))
            response = head["response"]?.text
        }
    }

    private init(head: JSONValue, response: String) {
        self.head = head
        self.response = response
    }

    /// Bytes from the line's end within which the members after the answer begin.
    private static let tailBytes = 400

    /// - Returns: nil when the answer does not stand where the recorder puts it: before `content_type`, or last.
    private static func cut(_ line: Data) -> RecordedLine? {
        guard let member = line.firstRange(of: Array("\"response\":".utf8)) else { return nil }
        let tail = line[max(member.upperBound, line.endIndex - tailBytes)...]
            .firstRange(of: Array("\"content_type\":".utf8))
        let end = tail?.lowerBound ?? line.endIndex - 1
        let before = trimmed(line[..<member.lowerBound])
        let after = tail == nil ? "}" : "," + String(decoding: line[end...], as: UTF8.self)
        guard let head = try? JSONValue(parsing: before + after) else { return nil }
        return RecordedLine(head: head, response: trimmed(line[member.upperBound..<end]))
    }

    /// Without spaces and the comma at its end, and without spaces in front.
    private static func trimmed(_ text: Data) -> String {
        let first = text.firstIndex { $0 != UInt8(ascii: " ") } ?? text.endIndex
        let last = text.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ",") } ?? text.startIndex
        return first > last ? "" : String(decoding: text[first...last], as: UTF8.self)
    }
}
