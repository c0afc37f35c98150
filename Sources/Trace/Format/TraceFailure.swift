/// Why a trace cannot be read.
package struct TraceFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    /// 1 for the header; nil when the fault is not in one line.
    package let line: Int?
    package let reason: String

    package var description: String {
        guard let line else { return "trace: \(reason) (\(file))" }
        return "trace: \(reason) (\(file), line \(line))"
    }
}

/// What is wrong with one line; the reader adds where it stands.
struct LineFault: Error, Equatable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
