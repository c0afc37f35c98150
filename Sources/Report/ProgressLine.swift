package import Comparison

/// Turns progress into what standard error gets: one line that is written over on a terminal, a line for each new step
/// elsewhere.
package struct ProgressLine: Sendable {
    private let terminal: Bool
    private let width: Int
    private var last: ComparisonProgress?
    private var length = 0

    /// - Parameter width: columns of the terminal; longer lines are cut.
    package init(terminal: Bool, width: Int = 80) {
        self.terminal = terminal
        self.width = max(width, 20)
    }

    /// - Returns: what to write; empty when there is nothing new to say.
    package mutating func text(for progress: ComparisonProgress) -> String {
        defer { last = progress }
        guard terminal else {
            // Counts would make a line each.
            if let last, last.stage == progress.stage, last.step == progress.step { return "" }
            return "\(progress.stage): \(progress.step)\n"
        }
        var line = "\(progress.stage): \(progress.step)"
        if let count = progress.count { line += " \(count.done)/\(count.all)" }
        line = String(line.prefix(width - 1))
        defer { length = line.count }
        return "\r" + line + String(repeating: " ", count: max(0, length - line.count))
    }

    /// Wipes the line, so that the report begins at the left.
    package mutating func end() -> String {
        defer { length = 0 }
        return terminal && length > 0 ? "\r" + String(repeating: " ", count: length) + "\r" : ""
    }
}
