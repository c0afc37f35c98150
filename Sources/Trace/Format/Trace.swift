package import CRI

/// A recording: the header, the calls by order of start, and what else was noted beside them.
package struct Trace: Sendable, Equatable {
    package var header: TraceHeader
    package var calls: [TraceCall]
    /// What was done to the client, and when.
    package var marks: [Mark]
    /// Lines of other kinds, as they stand; a replay passes over them.
    package var others: [Other]

    package struct Mark: Sendable, Equatable {
        /// Microseconds since the recording began.
        package var at: Int
        package var text: String
        package init(at: Int, text: String) {
            self.at = at
            self.text = text
        }
    }

    package struct Other: Sendable, Equatable {
        /// `rest` for what a recorded bridge sent to its engine.
        package var kind: String
        package var line: JSONValue
        package init(kind: String, line: JSONValue) {
            self.kind = kind
            self.line = line
        }
    }

    package init(header: TraceHeader, calls: [TraceCall] = [], marks: [Mark] = [], others: [Other] = []) {
        self.header = header
        self.calls = calls
        self.marks = marks
        self.others = others
    }
}
