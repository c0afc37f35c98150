import CRI

/// Writes a trace as JSON Lines.
package enum TraceWriter {
    /// The header, then calls, marks and other lines in the order of their times.
    package static func text(of trace: Trace) -> String {
        var lines = trace.calls.map { (at: $0.start, text: $0.line.text) }
        lines += trace.marks.map { mark in
            (mark.at, (["kind": "mark", "at_us": .integer(mark.at), "text": .string(mark.text)] as JSONValue).text)
        }
        lines += trace.others.map { ($0.line["at_us"]?.int ?? 0, $0.line.text) }
        let sorted = lines.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        return ([trace.header.line.text] + sorted.map(\.element.text)).map { $0 + "\n" }.joined()
    }

    /// One call, without its newline: what a recorder appends.
    package static func line(of call: TraceCall) -> String { call.line.text }
}
