import FoundationEssentials
import Linux
import Report

/// Where the laboratory reports to a person: standard output for the result, standard error for progress.
struct Terminal: Sendable {
    /// Whether standard error is a terminal, on which a line can be written over.
    let isTerminal = StandardStreams.errorIsTerminal
    let style = Style(terminal: StandardStreams.outputIsTerminal, environment: ProcessInfo.processInfo.environment)

    func write(_ text: String) { StandardStreams.writeError(text) }

    /// One line, written over; silent where standard error is no terminal.
    func progress(_ text: String) {
        if isTerminal { write("\r\u{1B}[K" + text) }
    }

    func endProgress() {
        if isTerminal { write("\r\u{1B}[K") }
    }
}
